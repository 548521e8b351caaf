"""A function that changes what it was given changes it for its caller too.

The list that was handed in for reading comes back shorter, the second call
sees what the first one left, and the fault shows in code that is right.
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
    Severity,
    Site,
    Source,
    body_nodes,
    public_name,
)

EXAMPLES = (
    Example(
        bad="""
            def cheapest(offers: list[int]) -> int:
                offers.sort()  # flagged
                return offers[0]


            def labels(names: dict[str, str]) -> str:
                names["all"] = "everything"  # flagged
                return ", ".join(names)
        """,
        good="""
            def cheapest(offers: list[int]) -> int:
                return min(offers)


            def labels(names: dict[str, str]) -> str:
                return ", ".join({**names, "all": "everything"})


            def fill(names: dict[str, str]) -> int:
                names["all"] = "everything"
                return len(names)
        """,
    ),
)

_COLLECTIONS = frozenset({"list", "dict", "set", "List", "Dict", "Set", "bytearray"})
_CHANGING = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "update",
        "setdefault",
        "sort",
        "reverse",
        "add",
        "discard",
        "intersection_update",
        "difference_update",
    ]
)
_ANNOUNCED = re.compile(
    r"(?i)(add|append|apply|assign|clean|clear|collect|configure|convert|discard|drain"
    r"|enrich|extend|fill|fix|inject|insert|install|load|merge|modify|mutate|normalize"
    r"|patch|pop|populate|prepare|process|push|put|record|register|remove|replace|reset"
    r"|reverse|set|shuffle|sort|strip|swap|take|transform|update|visit|write|consume"
    r"|in.?place|delete|chang|accumulat|resolve|handle|parse|read|setup|init|build)"
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        given = _collections(function)
        if not given or not public_name(function.name) or _announces(function):
            continue
        if not _returns_another(function, given):
            continue
        for node, name in _changes(function, given):
            message = f"{function.name} changes {name!r}, which is its caller's"
            yield Site(node=node, message=message)
            break


def _announces(function: Function) -> bool:
    """Its name or its documentation says that it changes what it is given."""
    told = f"{function.name} {ast.get_docstring(function) or ''}"
    return _ANNOUNCED.search(told) is not None


def _collections(function: Function) -> set[str]:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {each.arg for each in given if _is_collection(each.annotation)}


def _is_collection(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _COLLECTIONS
        case ast.Name(id=name):
            return name in _COLLECTIONS
        case _:
            return False


def _returns_another(function: Function, given: set[str]) -> bool:
    """Whoever returns a result is called for it, and not for what it changes."""
    values = [
        node.value for node in body_nodes(function.body) if isinstance(node, ast.Return)
    ]
    named = {each.id for each in values if isinstance(each, ast.Name)}
    whole = [each for each in values if each is not None]
    return bool(whole) and not named & given


def _changes(
    function: Function, given: set[str]
) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Yield changes of what is still the caller's: a name bound again is not."""
    own = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in body_nodes(function.body):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
                method in _CHANGING and name in given - own
            ):
                yield node, name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                if name in given - own:
                    yield node, name


REPAIR = Brief(
    summary="Work on a copy (`sorted(x)`, `[*x]`, `{**x}`), or say in name and "
    "docstring that the argument is changed, and return nothing"
)

HAZARD = Hazard(
    title="Leave arguments as they were",
    practice="least-surprise",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-471",),
)
