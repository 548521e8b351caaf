"""A pattern built anew in every round is compiled anew in every round.

`re` remembers only the last few hundred patterns; beyond that each round pays for
parsing one, which costs more than the match itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Loop,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    is_literal,
    loop_around,
    mentions,
)

EXAMPLES = (
    Example(
        bad="""
            import re


            def numbers(lines):
                for line in lines:
                    pattern = re.compile(r"[0-9]+")  # flagged
                    yield pattern.findall(line)
        """,
        good="""
            import re


            def numbers(lines):
                pattern = re.compile(r"[0-9]+")
                for line in lines:
                    yield pattern.findall(line)
        """,
    ),
)

_COMPILING = frozenset({"re.compile", "jinja2.Template"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("re", "jinja2"):
        return
    for call in source.calls_to(_COMPILING):
        if not call.args:
            continue
        loop = loop_around(source, call)
        fixed = all(is_literal(source, each) for each in call.args[:1])
        if loop is not None and fixed and not _leaves(loop):
            message = f"{source.called(call)} is done again in every round"
            statement = source.parent(call)
            held = statement if isinstance(statement, ast.Assign) else None
            yield Site(node=held or call, message=message, mended=loop)


def _leaves(loop: Loop) -> bool:
    """A loop that ends in its first round, as in a search."""
    return isinstance(loop.body[-1], ast.Return | ast.Break)


def mend(node: cst.For, mending: Mending) -> Mended | None:
    held, loop = mending.site.node, mending.site.mended
    if not isinstance(held, ast.Assign) or not isinstance(loop, ast.For):
        return None
    if held not in loop.body or len(loop.body) == 1 or loop.orelse:
        return None
    if _is_read_before(held, loop):
        return None
    if not isinstance(node.body, cst.IndentedBlock) or not _is_only_value(held, loop):
        return None
    place = loop.body.index(held)
    lines = [*node.body.body]
    if len(lines) != len(loop.body) or not isinstance(lines[place], _line()):
        return None
    moved = lines.pop(place)
    shorter = node.with_changes(
        body=node.body.with_changes(body=lines), leading_lines=()
    )
    first = moved.with_changes(leading_lines=node.leading_lines)
    return Mended(cst.FlattenSentinel([first, shorter]))


def _is_read_before(held: ast.Assign, loop: ast.For) -> bool:
    """What the name held before the loop, or in the last round, is still wanted."""
    target = held.targets[0]
    name = target.id if isinstance(target, ast.Name) else None
    return mentions([loop.iter, *loop.body[: loop.body.index(held)]], name)


def _line() -> type[cst.SimpleStatementLine]:
    """libcst loads late, so its classes are asked for late."""
    return cst.SimpleStatementLine


_FIXED = (ast.Constant, ast.Attribute, ast.Name, ast.BinOp, ast.Load, ast.BitOr)


def _is_only_value(held: ast.Assign, loop: ast.For) -> bool:
    """Nothing else in the loop gives the name a value, and it is not a part."""
    target = held.targets[0]
    if len(held.targets) != 1 or not isinstance(target, ast.Name):
        return False
    stores = [
        node
        for node in ast.walk(loop)
        if isinstance(node, ast.Name)
        and node.id == target.id
        and not isinstance(node.ctx, ast.Load)
    ]
    call = held.value
    literal = isinstance(call, ast.Call) and all(
        isinstance(node, _FIXED)
        for each in call.args
        for node in ast.walk(each)
        if not isinstance(node, ast.Name) or node.id == "re"
    )
    return stores == [target] and literal


REPAIR = Rewrite(
    summary="Compile before the loop",
    at="For",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Compile patterns once",
    practice="data-structures",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Python docs: re.compile",),
)
