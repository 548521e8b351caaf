"""When a popular entry expires, everybody computes it at once.

A thousand requests miss in the same second and start the same query; the database
that the cache was to spare is down, and stays down, for the queries never end.
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
    calls_in,
)

EXAMPLES = (
    Example(
        bad="""
            def ranking(cache, session):
                rows = cache.get("ranking")
                if rows is None:
                    rows = session.execute(EXPENSIVE).all()
                    cache.set("ranking", rows, 60)  # flagged
                return rows
        """,
        good="""
            def ranking(cache, session):
                rows = cache.get("ranking")
                if rows is None:
                    with cache.lock("ranking.lock", timeout=10):
                        rows = cache.get("ranking") or session.execute(EXPENSIVE).all()
                        cache.set("ranking", rows, 60)
                return rows
        """,
    ),
)

_CACHE = re.compile(r"(?i)(.*_)?cache")
_GUARD = re.compile(r"(?i)lock|single.?flight|stampede|jitter|early|stale|add\(")
_STORES = re.compile(r"(?i)cache\w*\.set\(")
_COSTLY = frozenset({"execute", "query", "fetchall", "aggregate", "raw"})


def check(source: Source) -> Iterator[Site]:
    if not (source.calls_by_word("set") and _STORES.search(source.text)):
        return
    for function in source.functions():
        sites = list(_shared(function))
        if sites and _computes(function) and not _GUARD.search(ast.unparse(function)):
            yield from sites


def _shared(function: Function) -> Iterator[Site]:
    """Yield what is stored under one fixed key, so that all miss it together."""
    read = {ast.unparse(call.args[0]) for call in _on_cache(function, "get")}
    for call in _on_cache(function, "set"):
        key = call.args[0]
        if isinstance(key, ast.Constant) and ast.unparse(key) in read:
            message = "all who miss it at once compute it at once"
            yield Site(node=call, message=message)


def _on_cache(function: Function, method: str) -> Iterator[ast.Call]:
    for call in calls_in(function.body):
        match call:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id=name) | ast.Attribute(attr=name), attr=called
                ),
                args=[_, *_],
            ) if called == method and _CACHE.fullmatch(name):
                yield call


def _computes(function: Function) -> bool:
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in _COSTLY
        for call in calls_in(function.body)
    )


REPAIR = Brief(
    summary="Let one compute it behind a lock while the others wait or get the old "
    "value, and spread the times of expiry"
)

HAZARD = Hazard(
    title="Let one compute what many miss",
    practice="caching",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Vattani et al., Optimal Probabilistic Cache Stampede Prevention",),
    subject="a cache",
    concerns=lambda source: "cache" in source.text,
)
