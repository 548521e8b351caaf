"""Looking into a list for each item takes time that grows with the square.

A thousand items take a moment, a hundred thousand take minutes, and the request
that was fast in every test times out for the largest customer.
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
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            def unknown(names, rows):
                known = [row.name for row in rows]
                return [name for name in names if name not in known]  # flagged
        """,
        good="""
            def unknown(names, rows):
                known = {row.name for row in rows}
                return [name for name in names if name not in known]
        """,
    ),
)

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def check(source: Source) -> Iterator[Site]:
    for compare in source.nodes(ast.Compare):
        match compare:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]):
                repeated = _is_repeated(source, compare)
                if repeated and _is_list(source, right) and _is_fixed(source, right):
                    message = "the whole list is searched for every item"
                    yield Site(node=compare, message=message)


def _is_list(source: Source, right: ast.expr) -> bool:
    if not isinstance(right, ast.Name):
        return False
    value = only_value(source, right)
    match value:
        case ast.ListComp():
            return True
        case ast.Call():
            return source.called(value) in ("list", "sorted") and bool(value.args)
        case _:
            return False


def _is_repeated(source: Source, compare: ast.Compare) -> bool:
    """Inside a loop or comprehension that runs after the list is complete."""
    if loop_around(source, compare) is not None:
        return True
    within = _COMPREHENSIONS | ast.stmt
    around = next(
        each for each in source.ancestors(compare) if isinstance(each, within)
    )
    return isinstance(around, _COMPREHENSIONS)


def _is_fixed(source: Source, right: ast.expr) -> bool:
    """Made before the loop and only looked into."""
    assert isinstance(right, ast.Name)
    function = source.function_of(right) or source.tree
    loop = loop_around(source, right)
    value = only_value(source, right)
    if loop is not None and loop_around(source, value) is loop:
        return False
    uses = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id == right.id
    ]
    stored = sum(not isinstance(node.ctx, ast.Load) for node in uses)
    return stored == 1 and all(
        isinstance(source.parent(node), ast.Compare | ast.Assign | ast.AnnAssign)
        for node in uses
    )


REPAIR = Brief(
    summary="Make it a set (a set comprehension in place of the list's) if its items "
    "are hashable"
)

HAZARD = Hazard(
    title="Look things up in a set",
    practice="data-structures",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-407", "Python wiki: TimeComplexity"),
    preview=True,
)
