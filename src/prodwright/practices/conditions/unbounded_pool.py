"""A pool without a limit hands the peak on to whoever is behind it.

Two hundred requests open two hundred connections to a database that takes a
hundred, and now nobody gets an answer, neither these nor the other services.
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
    constant,
    keyword,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            from concurrent.futures import ThreadPoolExecutor

            from sqlalchemy import create_engine

            engine = create_engine("postgresql://db", max_overflow=-1)  # flagged


            def fetch(urls):
                with ThreadPoolExecutor(len(urls)) as pool:  # flagged
                    return list(pool.map(load, urls))
        """,
        good="""
            from concurrent.futures import ThreadPoolExecutor

            from sqlalchemy import create_engine

            MOST_AT_ONCE = 8
            engine = create_engine("postgresql://db", pool_size=10, max_overflow=5)


            def fetch(urls):
                with ThreadPoolExecutor(min(len(urls), MOST_AT_ONCE)) as pool:
                    return list(pool.map(load, urls))
        """,
    ),
)

_ENGINES = frozenset(
    {"sqlalchemy.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"}
)
_EXECUTORS = frozenset(
    {
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.pool.ThreadPool",
    }
)
_MODULES = ("sqlalchemy", "concurrent", "multiprocessing", "aiohttp", "httpx")
_CONNECTORS = frozenset({"aiohttp.TCPConnector", "aiohttp.UnixConnector"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports(*_MODULES):
        return
    for call in source.nodes(ast.Call):
        message = _why(source, call)
        if message:
            yield Site(node=call, message=message)


def _why(source: Source, call: ast.Call) -> str:
    """Return in what way the pool is unbounded; empty when it is not."""
    name = source.called(call)
    if name in _ENGINES:
        return _of_engine(call)
    if name in _CONNECTORS and constant(keyword(call, "limit")) == 0:
        return "limit=0 means that there is none"
    if name in _EXECUTORS and _counts(passed(call, "max_workers", 0)):
        return "there are as many workers as items"
    if name == "httpx.Limits":
        most = passed(call, "max_connections", 0)
        if isinstance(most, ast.Constant) and most.value is None:
            return "max_connections=None means that there is no limit"
    return ""


def _of_engine(call: ast.Call) -> str:
    if constant(keyword(call, "max_overflow")) == -1:
        return "max_overflow=-1 means that there is no limit"
    if constant(keyword(call, "pool_size")) == 0:
        return "pool_size=0 means that there is no limit"
    return ""


def _counts(workers: ast.expr | None) -> bool:
    match workers:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name()]):
            return True
        case _:
            return False


REPAIR = Brief(
    summary="Set a limit that the other side can bear with all replicas together, and "
    "a timeout for whoever waits for a place"
)

HAZARD = Hazard(
    title="Bound every pool",
    practice="pooling",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-770", "SQLAlchemy docs: QueuePool"),
)
