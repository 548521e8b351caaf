"""`render(page, True)` says nothing, and does one of two different things.

A flag that splits the whole function in two makes both halves share what they do
not need, and every caller must look up what True means.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    public_name,
)

EXAMPLES = (
    Example(
        bad="""
            def export(rows, compact: bool):  # flagged
                if compact:
                    lines = [row.name for row in rows]
                    return ";".join(lines)
                else:
                    table = [[row.name, row.total] for row in rows]
                    return str(table)
        """,
        good="""
            def export_names(rows):
                return ";".join(row.name for row in rows)


            def export_table(rows):
                return str([[row.name, row.total] for row in rows])
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if function.decorator_list or not public_name(function.name):
            continue
        flags = _flags(function)
        if flags and _splits(function, flags):
            message = f"{function.name} is two functions and a flag"
            yield Site(node=function, message=message)


def _flags(function: Function) -> set[str]:
    """Booleans that may be passed without their name."""
    return {
        each.arg
        for each in function.args.args
        if isinstance(each.annotation, ast.Name) and each.annotation.id == "bool"
    }


def _splits(function: Function, flags: set[str]) -> bool:
    """All that the function does stands in the two halves of one `if`."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    match body:
        case [ast.If(test=ast.Name(id=name), body=first, orelse=second)]:
            return name in flags and len(first) > 1 and len(second) > 1
        case _:
            return False


REPAIR = Brief(summary="Make two functions, named for what they do")

HAZARD = Hazard(
    title="Make two functions out of a flag",
    practice="single-responsibility",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Martin Fowler: FlagArgument",),
    preview=True,
)
