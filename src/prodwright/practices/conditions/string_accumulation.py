"""A text built with `+=` in a loop is copied again with every piece.

The export that takes a second for a thousand rows takes an hour for a hundred
thousand. Collect the pieces and join them once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    loop_around,
    text_pieces,
)

EXAMPLES = (
    Example(
        bad="""
            def export(rows):
                text = ""
                for row in rows:
                    text += f"{row.id};{row.name}"  # flagged
                return text
        """,
        good="""
            def export(rows):
                return "".join(f"{row.id};{row.name}" for row in rows)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for added in source.nodes(ast.AugAssign):
        match added:
            case ast.AugAssign(target=ast.Name() as target, op=ast.Add()):
                if _is_text(source, added) and _grows(source, added, target):
                    message = f"all of {target.id} is copied for each piece"
                    yield Site(node=added, message=message)


def _is_text(source: Source, added: ast.AugAssign) -> bool:
    return bool(text_pieces(source, added.value))


def _grows(source: Source, added: ast.AugAssign, target: ast.Name) -> bool:
    """Starts as a text before the loop and is added to in every round."""
    loop = loop_around(source, added)
    if not isinstance(loop, ast.For | ast.AsyncFor) or added not in loop.body:
        return False
    if isinstance(loop.iter, ast.Tuple | ast.List):
        return False
    started = [
        each
        for each in source.names.values_of(target.id, target)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return bool(started) and not _starts_inside(source, started[0], loop)


def _starts_inside(source: Source, start: ast.expr, loop: ast.AST) -> bool:
    return any(around is loop for around in source.ancestors(start))


REPAIR = Brief(summary="Append the pieces to a list and join it after the loop")

HAZARD = Hazard(
    title="Join texts once",
    practice="data-structures",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8", "Python FAQ: concatenating many strings"),
    preview=True,
)
