"""A cached query goes on answering what was true before the write.

The address was changed, the page shows the old one, and the customer changes it
again. It mends itself at the next restart, so nobody can reproduce it.
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
    calls_in,
)

EXAMPLES = (
    Example(
        bad="""
            from functools import lru_cache


            @lru_cache
            def settings_of(session, user):
                return session.execute(QUERY, {"user": user}).one()


            def change(session, user, value):
                session.execute(UPDATE, {"user": user, "value": value})
                session.commit()  # flagged
        """,
        good="""
            from functools import lru_cache


            @lru_cache
            def settings_of(session, user):
                return session.execute(QUERY, {"user": user}).one()


            def change(session, user, value):
                session.execute(UPDATE, {"user": user, "value": value})
                session.commit()
                settings_of.cache_clear()
        """,
    ),
)

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_READS = frozenset({"execute", "query", "scalars", "scalar", "fetchone", "fetchall"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("functools") or "cache_clear" in source.text:
        return
    if not any(_is_cached_query(source, each) for each in source.functions()):
        return
    for call in source.calls_by_word("commit"):
        match call.func:
            case ast.Attribute():
                message = "what was read before stays cached after this commit"
                yield Site(node=call, message=message)
                return


def _is_cached_query(source: Source, function: Function) -> bool:
    decorators = (
        each.func if isinstance(each, ast.Call) else each
        for each in function.decorator_list
    )
    if not any(source.qualified(each) in _CACHES for each in decorators):
        return False
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in _READS
        for call in calls_in(function.body)
    )


REPAIR = Brief(
    summary="Drop the entry in the same step as the write, or keep it in a cache that "
    "all replicas share and that expires"
)

HAZARD = Hazard(
    title="Drop from the cache what is written",
    practice="caching",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-672",),
    subject="a cache",
    concerns=lambda source: "cache" in source.text,
    preview=True,
)
