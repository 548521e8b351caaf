"""An address in the code ties every environment to the same machine.

Tests reach production, a failover needs a release, and the second region cannot
be started at all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, constant

EXAMPLES = (
    Example(
        bad="""
            import redis

            cache = redis.Redis(host="10.3.0.17", port=6379)  # flagged
        """,
        good="""
            import os

            import redis

            cache = redis.Redis(host=os.environ["CACHE_HOST"], port=6379)
        """,
    ),
)

_ADDRESS = re.compile(
    r"(?:\w+://(?:[^/@\s]*@)?)?((?:\d{1,3}\.){3}\d{1,3})(?::\d+)?(?:/\S*)?"
)
_UNROUTED = re.compile(
    r"0\.|127\.|255\.|169\.254\.|224\.|239\.|192\.0\.2\.|198\.51\.100\."
    r"|203\.0\.113\.|8\.8\.|1\.1\.1\.1|1\.0\.0|1\.2\.3|10\.0\.0\.0|"
    r"192\.168\.0\.0|172\.16\.0\.0|.*\.(0|255)$"
)
_PLACES = frozenset(
    {
        "host",
        "hostname",
        "url",
        "base_url",
        "server",
        "address",
        "dsn",
        "endpoint",
        "uri",
        "broker",
    }
)


def check(source: Source) -> Iterator[Site]:
    for option in source.nodes(ast.keyword):
        if option.arg in _PLACES and _is_address(constant(option.value)):
            yield Site(node=option, message=f"{option.arg} is one machine's address")
    for assigned in source.nodes(ast.Assign):
        match assigned.targets:
            case [ast.Name(id=name) | ast.Attribute(attr=name)]:
                last = name.lower().rpartition("_")[2]
                if "default" in name.lower():
                    continue
                if last in _PLACES and _is_address(constant(assigned.value)):
                    yield Site(
                        node=assigned, message=f"{name} is one machine's address"
                    )


def _is_address(value: object) -> bool:
    if not isinstance(value, str):
        return False
    matched = _ADDRESS.fullmatch(value)
    if matched is None or _UNROUTED.match(matched[1]):
        return False
    return all(int(part) <= _LARGEST for part in matched[1].split("."))


_LARGEST = 255

REPAIR = Brief(summary="Read the address from the configuration, by name, at start-up")

HAZARD = Hazard(
    title="Read addresses from the configuration",
    practice="horizontal-scale",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1051", "The Twelve-Factor App III"),
)
