"""`timeout=5000` waits five seconds in one library and over an hour in another.

Numbers without a unit are passed on as they are; the mistake shows as an outage,
not as an error. A unit in the name or a `timedelta` cannot be misread.
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
    body_nodes,
    constant,
    defaults_of,
)

EXAMPLES = (
    Example(
        bad="""
            def connect(host: str, timeout: int = 5000) -> None:  # flagged
                print(host, timeout / 1000)
        """,
        good="""
            def connect(host: str, timeout_milliseconds: int = 5000) -> None:
                print(host, timeout_milliseconds / 1000)


            def wait(timeout: float = 5.0) -> None:
                print(timeout)
        """,
    ),
)

_PLAIN = frozenset(
    {"timeout", "delay", "interval", "ttl", "duration", "expiry", "max_age"}
)
_MILLISECONDS = 1000


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        for name, default in defaults_of(function):
            if name in _PLAIN and _is_ambiguous(function, name, constant(default)):
                message = f"{name!r} does not say that it counts milliseconds"
                yield Site(node=function, message=message)
                break


def _is_ambiguous(function: Function, name: str, value: object) -> bool:
    """Seconds are the convention; a value divided or large by 1000 is none."""
    if not isinstance(value, int) or isinstance(value, bool) or value < _MILLISECONDS:
        return False
    for node in body_nodes(function.body):
        match node:
            case ast.BinOp(
                left=ast.Name(id=used),
                op=ast.Div() | ast.FloorDiv(),
                right=ast.Constant(value=1000 | 1000.0),
            ) if used == name:
                return True
    return False


REPAIR = Brief(
    summary="Put the unit into the name (`timeout_seconds`), or take a `timedelta`"
)

HAZARD = Hazard(
    title="Say the unit of every number",
    practice="clear-names",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Mars Climate Orbiter Mishap Investigation Board (1999)",),
)
