"""Counting or searching a list for each of its own items takes the square of time.

With a hundred items nobody notices; with a hundred thousand the worker stands
still for an hour, on the day that the business has gone well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, loop_around

EXAMPLES = (
    Example(
        bad="""
            def doubles(names):
                found = []
                for name in names:
                    if names.count(name) > 1:  # flagged
                        found.append(name)
                return found


            def places(names):
                return {name: names.index(name) for name in names}  # flagged
        """,
        good="""
            from collections import Counter


            def doubles(names):
                counts = Counter(names)
                return [name for name in names if counts[name] > 1]


            def places(names):
                return {name: place for place, name in enumerate(names)}
        """,
    ),
)

_SCANS = frozenset({"count", "index"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word(*_SCANS):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr=method),
                args=[ast.Name(id=sought)],
            ) if method in _SCANS:
                if (name, sought) in _walked(source, call):
                    message = f"{name} is walked over once more for each of its items"
                    yield Site(node=call, message=message)


def _walked(source: Source, call: ast.Call) -> Iterator[tuple[str, str]]:
    """Yield what is walked over around `call`, each with the name of an item."""
    loop = loop_around(source, call)
    if isinstance(loop, ast.For):
        yield from _pair(loop.target, loop.iter)
    for around in source.ancestors(call):
        if isinstance(around, ast.stmt):
            return
        if isinstance(around, _COMPREHENSIONS):
            for each in around.generators:
                yield from _pair(each.target, each.iter)


def _pair(target: ast.expr, walked: ast.expr) -> Iterator[tuple[str, str]]:
    match target, walked:
        case ast.Name(id=item), ast.Name(id=name):
            yield name, item


REPAIR = Brief(
    summary="Count once with `Counter`, number with `enumerate`, look up in a dict"
)

HAZARD = Hazard(
    title="Walk over a list once",
    practice="data-structures",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-407",),
)
