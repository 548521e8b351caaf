"""What is cached forever is wrong forever, once it is wrong.

A price that was corrected stays wrong until somebody flushes the cache by hand,
and the memory of the cache grows until it throws away what is really needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, keyword

EXAMPLES = (
    Example(
        bad="""
            import redis

            client = redis.Redis(host="cache")


            def remember(order, page):
                client.set(f"cache:page:{order}", page)  # flagged
        """,
        good="""
            import redis

            client = redis.Redis(host="cache")


            def remember(order, page):
                client.set(f"cache:page:{order}", page, ex=300)
        """,
    ),
    Example(
        bad="""
            from django.core.cache import cache


            def remember(order, page):
                cache.set(order, page, timeout=None)  # flagged
        """,
        good="""
            from django.core.cache import cache


            def remember(order, page):
                cache.set(order, page, timeout=300)
        """,
    ),
)

_REDIS = ("redis.Redis", "redis.StrictRedis", "redis.asyncio.Redis", "redis.from_url")
_EXPIRING = ("ex", "px", "exat", "pxat", "keepttl")
_CACHED = re.compile(r"(?i)cache")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("redis", "django"):
        return
    for call in source.calls_by_word("set"):
        if not isinstance(call.func, ast.Attribute):
            continue
        if _stays_in_redis(source, call) or _stays_in_django(source, call):
            yield Site(node=call, message="this stays in the cache for ever")


def _stays_in_redis(source: Source, call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    if source.names.instance_of(call.func.value) not in _REDIS or len(call.args) != 2:
        return False
    if any(keyword(call, each) is not None for each in _EXPIRING) or _spread(call):
        return False
    function = source.function_of(call)
    name = function.name if function else ""
    told = f"{name} {ast.unparse(call.args[0])}"
    return bool(_CACHED.search(told)) and not _expires(source, call)


def _spread(call: ast.Call) -> bool:
    return any(each.arg is None for each in call.keywords)


def _expires(source: Source, call: ast.Call) -> bool:
    """The next command may set the time; it usually stands in the same function."""
    function = source.function_of(call)
    text = ast.unparse(function) if function else source.text
    return ".expire" in text or ".pexpire" in text


def _stays_in_django(source: Source, call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    if source.qualified(call.func.value) != "django.core.cache.cache":
        return False
    timeout = keyword(call, "timeout")
    return isinstance(timeout, ast.Constant) and timeout.value is None


REPAIR = Brief(
    summary="Give each entry a time to live that the business can bear, with some "
    "spread, so that not all expire at once"
)

HAZARD = Hazard(
    title="Let what is cached expire",
    practice="caching",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Redis docs: EXPIRE", "Django docs: cache arguments"),
    subject="a cache",
    concerns=lambda source: "cache" in source.text,
)
