"""A default of `now()` is the moment the module was imported, for ever.

Records of a service that has run for a month all carry its start time; an
identifier created this way is the same for every call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Function,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    defaulted_inside,
    defaults_of,
)

EXAMPLES = (
    Example(
        bad="""
            from datetime import UTC, datetime


            def record(event, at=datetime.now(tz=UTC)):  # flagged
                return event, at
        """,
        good="""
            from datetime import UTC, datetime


            def record(event, at=None):
                if at is None:
                    at = datetime.now(tz=UTC)
                return event, at
        """,
    ),
)

_MOMENTARY = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.date.today",
        "datetime.datetime.today",
        "time.time",
        "time.monotonic",
        "time.time_ns",
        "uuid.uuid1",
        "uuid.uuid4",
        "random.random",
        "random.randint",
        "random.choice",
        "secrets.token_hex",
        "secrets.token_urlsafe",
        "django.utils.timezone.now",
        "time.perf_counter",
    }
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        for name, default in defaults_of(function):
            if _is_momentary(source, default):
                message = f"default of {name!r} is computed once, at import"
                yield Site(node=function, message=message)
                break


def _is_momentary(source: Source, default: ast.expr) -> bool:
    return any(
        source.called(node) in _MOMENTARY
        for node in ast.walk(default)
        if isinstance(node, ast.Call)
    ) and not any(isinstance(node, ast.Lambda) for node in ast.walk(default))


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.node
    assert isinstance(function, Function)
    values = {
        name: default
        for name, default in defaults_of(function)
        if _is_momentary(mending.source, default)
    }
    mended = defaulted_inside(node, function, values, mending.source)
    return None if mended is None else Mended(mended)


REPAIR = Rewrite(
    summary="Default to None and compute the value inside the function",
    at="FunctionDef",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Compute momentary defaults at each call",
    practice="least-surprise",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1188",),
)
