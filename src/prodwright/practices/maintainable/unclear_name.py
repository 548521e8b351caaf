"""A name that says nothing makes the next person read the whole function.

`process_data` is found by no search, `l` is read as 1, and `tmp2` is used where
`tmp` was meant, by somebody who could not see the difference.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Node,
    Severity,
    Site,
    Source,
)

EXAMPLES = (
    Example(
        bad="""
            def process_data(rows):  # flagged
                l = len(rows)  # flagged
                return rows[: l // 2]
        """,
        good="""
            def first_half(rows):
                middle = len(rows) // 2
                return rows[:middle]
        """,
    ),
)

_SUSPECT = re.compile(r"\b[lOI]\b\s*(=|,|\)|in\b|:)|\bas [lOI]\b")
_MISREAD = frozenset({"l", "O", "I"})  # PEP 8: indistinguishable from 1 and 0
_EMPTY = re.compile(
    r"(foo|baz|qux|do_(it|stuff|things?|something|work)|stuff|things?|my_?func(tion)?"
    r"|func\d+|function\d+|process_?(data|stuff|things?)|handle_?(stuff|things?)"
    r"|tmp\d*|temp\d+|asdf|xxx?)"
)
_EMPTY_CLASS = re.compile(r"My(Class|Object|Thing)|Foo|Bar|Baz|Stuff|Things?|Temp|Tmp")


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if not _EMPTY.fullmatch(function.name.strip("_")):
            continue
        if not (_is_inner(source, function) or _overrides(source, function)):
            yield _site(function, function.name)
    for kind in source.nodes(ast.ClassDef):
        if _EMPTY_CLASS.fullmatch(kind.name):
            yield _site(kind, kind.name)
    misread = [each for each in source.nodes(ast.Name) if each.id in _MISREAD]
    if not misread or not _SUSPECT.search(source.text):
        return
    told: set[tuple[object, str]] = set()
    for name in misread:
        if not isinstance(name.ctx, ast.Store):
            continue
        place = (source.function_of(name), name.id)
        if place not in told and not _is_inside_expression(source, name):
            told.add(place)
            yield Site(node=name, message=f"{name.id!r} is read as a digit")


def _site(node: Node, name: str) -> Site:
    return Site(node=node, message=f"{name!r} says nothing of what it is for")


def _overrides(source: Source, function: Function) -> bool:
    """Whoever calls `super()` for it was given the name."""
    text = source.segment(function)
    return "super()" in text and f".{function.name}(" in text


def _is_inner(source: Source, function: ast.AST) -> bool:
    """What is seen only inside a function needs no name of its own."""
    return source.function_of(function) is not None


def _is_inside_expression(source: Source, name: ast.Name) -> bool:
    return any(isinstance(each, ast.comprehension) for each in source.ancestors(name))


REPAIR = Brief(summary="Name it for what it is or does, in words that can be searched")

HAZARD = Hazard(
    title="Use names that say something",
    practice="clear-names",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8: names to avoid", "Ruff E741"),
)
