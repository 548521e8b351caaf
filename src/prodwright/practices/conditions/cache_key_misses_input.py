"""A key that leaves out the user gives one customer the page of another.

It works in every test, because a test has one user. In production the first one
who comes fills the cache for all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def dashboard(cache, user, month):
                key = f"dashboard:{month}"
                page = cache.get(key)
                if page is None:
                    page = render(user, month)
                    cache.set(key, page, 300)  # flagged
                return page
        """,
        good="""
            def dashboard(cache, user, month):
                key = f"dashboard:{user.id}:{month}"
                page = cache.get(key)
                if page is None:
                    page = render(user, month)
                    cache.set(key, page, 300)
                return page
        """,
    ),
)

# Whose data it is, and in which language: what must never be mixed up.
_OWNER = re.compile(
    r"(user|tenant|account|customer|owner|organi[sz]ation|org|locale|lang|language"
    r"|currency|workspace|member)(_id)?"
)
_CACHE = re.compile(r"(?i)(.*_)?cache")


def check(source: Source) -> Iterator[Site]:
    if not source.calls_by_word("set"):
        return
    for function in source.functions():
        arguments = [*function.args.args, *function.args.kwonlyargs]
        owners = {each.arg for each in arguments if _OWNER.fullmatch(each.arg)}
        for call in _stores(function) if owners else ():
            missed = sorted(
                owners & _made_with(function, call) - _keyed(function, call)
            )
            if missed:
                message = f"the key leaves out {missed[0]!r}, which shapes the value"
                yield Site(node=call, message=message)


def _stores(function: Function) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id=name) | ast.Attribute(attr=name), attr="set"
                ),
                args=[_, _, *_],
            ) if _CACHE.fullmatch(name):
                yield node


def _keyed(function: Function, call: ast.Call) -> set[str]:
    return _named(function, call.args[0])


def _made_with(function: Function, call: ast.Call) -> set[str]:
    return _named(function, call.args[1])


def _named(function: Function, expression: ast.expr) -> set[str]:
    """Return every name that an expression is made of, through local variables."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Name) and node.id not in found:
                found.add(node.id)
                waiting += _values(function, node.id)
    return found


def _values(function: Function, name: str) -> list[ast.expr]:
    found: list[ast.expr] = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(_binds(target, name) for target in targets):
                    found.append(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                if _binds(target, name):
                    found.append(value)
            case ast.AugAssign(target=ast.Name(id=bound), value=value):
                if bound == name:
                    found.append(value)
    return found


def _binds(target: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(target)
    )


REPAIR = Brief(
    summary="Put into the key everything that the value depends on, whose it is first"
)

HAZARD = Hazard(
    title="Key the cache by all that shapes the value",
    practice="caching",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-524", "CWE-639"),
    subject="a cache",
    concerns=lambda source: "cache" in source.text,
)
