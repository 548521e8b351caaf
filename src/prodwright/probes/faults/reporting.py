"""Tells what was found: on the terminal, and as lines of JSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from prodwright.probes.faults.values import WEAK, Explored, Sighting
from prodwright.probes.sealing import Report

_IN_C = frozenset(
    {
        "MySQLdb",
        "confluent_kafka",
        "gevent",
        "grpc",
        "oracledb",
        "psycopg2",
        "pycurl",
        "pyodbc",
        "uvloop",
        "zmq",
    }
)
_LEVELS = ("weak", "medium", "strong")


def append(report: Report, explored: Explored) -> None:
    """Append a line to the report."""
    report.tell({**explored.to_json(), "unreached": unreached()})


def unreached() -> list[str]:
    """Return the imported libraries that meet the outside where we do not see it."""
    return sorted(_IN_C & sys.modules.keys())


def append_rest(report: Report, explored: Explored, known: int) -> None:
    """Append what was added to `explored` since it had `known` sightings."""
    rest = replace(explored, sightings=explored.sightings[known:])
    append(report, rest)


def distinct(sightings: Iterable[Sighting]) -> list[tuple[Sighting, int]]:
    """Return one sighting for each thing that is wrong, the worst first.

    The same consequence at the same place is one thing, whatever faults lead to it.
    """
    found: dict[tuple[str, str, int], list[Sighting]] = {}
    for each in sightings:
        found.setdefault((each.kind, each.path, each.line), []).append(each)
    worst = [
        (max(group, key=lambda each: _LEVELS.index(each.level)), len(group))
        for group in found.values()
    ]
    return sorted(
        worst,
        key=lambda pair: (-_LEVELS.index(pair[0].level), pair[0].path, pair[0].line),
    )


def summarise(reporter: Any, explored: list[Explored]) -> None:
    """Write what was found and what was not tried to the terminal."""
    reporter.section("prodwright faults")
    for test in explored:
        told = f"{test.points} points, {test.runs} faults, {test.seconds:.1f} s"
        state = (
            "" if test.state == "explored" else f": {test.state} {test.why}".rstrip()
        )
        reporter.line(f"{test.test}{state or ': ' + told}")
        for sighting, count in distinct(test.sightings):
            if sighting.level != WEAK:
                _tell(reporter, test.test, sighting, count)
    if unreached():
        told = ", ".join(unreached())
        reporter.line(f"without faults, as they work in C or in greenlets: {told}")
    left = sum(len(test.left) for test in explored)
    states = Counter(test.state for test in explored)
    counted = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    reporter.line(f"tests: {counted}; faults not tried for want of time: {left}")


def _tell(reporter: Any, test: str, sighting: Sighting, count: int) -> None:
    where = f"{sighting.path}:{sighting.line}"
    more = f" (and {count - 1} more)" if count > 1 else ""
    level, kind = sighting.level, sighting.kind
    reporter.line(f"  {where}: {level} {kind}: {sighting.says}{more}")
    if sighting.fault:
        reporter.line(f"    pytest {test} --prodwright-fault '{sighting.fault}'")
