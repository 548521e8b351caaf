"""Runs the fault exploration in the sandbox and reads what it tells."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.printing import printable

_SETTINGS = "PRODWRIGHT_FAULTS_SETTINGS"
_GRACE_SECONDS = 90.0
_LEVELS = ("weak", "medium", "strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultSighting:
    """One thing that went wrong under a fault.

    Attributes:
        test: Node identifier of the test that showed it.
        kind: What, e.g. `no-timeout`.
        level: `strong`, `medium` or `weak`.
        path: Of the place in the code under test, relative to the project.
        line: 1-based.
        says: The consequence.
        fault: Under which it shows again; empty: without any.
    """

    test: str
    kind: str
    level: str
    path: str
    line: int
    says: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploredTest:
    """What the exploration of one test showed.

    Attributes:
        test: Its node identifier.
        state: `explored`, `failing`, `flaky`, `skipped`, `no points` or `unjudged`.
        why: More about the state.
        points: Number of fault points.
        runs: Number of faulted runs.
        sightings: What went wrong.
        green: Faults under which nothing did, each with the module of its place.
        left: Faults for which there was no time.
        defences: Faults that turned red once a defence was taken away: `kind`, `path`
            and `defence`.
        unreached: Libraries in use that cannot be faulted.
    """

    test: str
    state: str
    why: str = ""
    points: int = 0
    runs: int = 0
    sightings: tuple[FaultSighting, ...] = ()
    green: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    defences: tuple[tuple[str, str, str], ...] = ()
    unreached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRuns:
    """Explores the tests of one project.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        budget_seconds: For all tests together.
        kinds: `faults`, or `crashes`.
    """

    sandbox: Sandbox
    environment: Environment
    budget_seconds: float
    kinds: str

    def run(
        self, folder: Path, tests: Sequence[str], code: Sequence[str]
    ) -> tuple[list[ExploredTest], str]:
        """Explore tests in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it, in the order in which they have time.
            code: Files or folders relative to it that are under test.

        Returns:
            What was seen, and why silence shows nothing; empty: it does.
        """
        claims = folder / f".prodwright-claims-{secrets.token_hex(8)}"
        claims.mkdir()
        probing = Probing(
            sandbox=self.sandbox,
            environment=self.environment,
            plugin="plugin",
            variable=_SETTINGS,
            limit_seconds=self.budget_seconds + _GRACE_SECONDS,
        )
        settings = {
            "code": [str(folder / each) for each in code],
            "budget_seconds": self.budget_seconds,
            "claims": str(claims),
            "kinds": self.kinds,
            "defences": True,
        }
        reported = probing.run(folder, tests, settings)
        told = (_entry(line) for line in reported.lines)
        return _merged(each for each in told if each), reported.failure


def _entry(line: str) -> ExploredTest | None:
    try:
        told = json.loads(line)
        test = printable(str(told["test"]))
        return ExploredTest(
            test=test,
            state=printable(str(told["state"])),
            why=printable(str(told.get("why", ""))),
            points=int(told.get("points", 0)),
            runs=int(told.get("runs", 0)),
            sightings=tuple(_sighting(test, each) for each in told["sightings"]),
            green=tuple((str(plan), str(path)) for plan, path in told["green"]),
            left=tuple(printable(str(each)) for each in told["left"]),
            defences=tuple(
                (str(each["kind"]), str(each["path"]), printable(str(each["defence"])))
                for each in told["defences"]
            ),
            unreached=tuple(printable(str(each)) for each in told.get("unreached", [])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # cut off by the time limit, or tampered with


def _sighting(test: str, told: dict[str, Any]) -> FaultSighting:
    level = str(told["level"])
    return FaultSighting(
        test=test,
        kind=printable(str(told["kind"])),
        level=level if level in _LEVELS else "weak",
        path=printable(str(told["path"])),
        line=max(int(told["line"]), 1),
        says=printable(str(told["says"])),
        fault=printable(str(told["fault"])),
    )


def _merged(entries: Iterator[ExploredTest]) -> list[ExploredTest]:
    """A test is told of twice when it was gone back to; then the latter adds to it."""
    kept: dict[str, ExploredTest] = {}
    for each in entries:
        known = kept.get(each.test)
        kept[each.test] = each if known is None else _joined(known, each)
    return list(kept.values())


def _joined(first: ExploredTest, second: ExploredTest) -> ExploredTest:
    return ExploredTest(
        test=first.test,
        state=second.state,
        why=second.why,
        points=max(first.points, second.points),
        runs=max(first.runs, second.runs),
        sightings=tuple(dict.fromkeys((*first.sightings, *second.sightings))),
        green=tuple(dict.fromkeys((*first.green, *second.green))),
        left=second.left,
        defences=tuple(dict.fromkeys((*first.defences, *second.defences))),
        unreached=second.unreached,
    )
