"""Runs the hostile requests in the sandbox and reads what they tell."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.printing import printable

_GRACE_SECONDS = 90.0
_SETTINGS = "PRODWRIGHT_FUZZ_SETTINGS"
_LEVELS = ("weak", "medium", "strong")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileSighting:
    """Something that hostile input brings about.

    Attributes:
        kind: What, e.g. `server-error`.
        level: `strong`, `medium` or `weak`.
        path: Of the place in the code under test, relative to the project; empty:
            nobody knows.
        line: 1-based.
        says: The consequence.
        case: Of the operation; replays it.
    """

    kind: str
    level: str
    path: str
    line: int
    says: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedBoundary:
    """What was seen at one boundary, or why nothing was.

    Attributes:
        test: Node identifier of the test that comes there.
        state: `tried`, `unjudged`, or `test`: the test itself shows nothing.
        operation: What is asked there, e.g. `POST /items`; empty without one.
        why: More about the state.
        path: Of what serves it, relative to the project.
        requests: How many were put.
        left: For how many there was no time.
        sightings: What was wrong.
    """

    test: str
    state: str
    operation: str = ""
    why: str = ""
    path: str = ""
    requests: int = 0
    left: int = 0
    sightings: tuple[HostileSighting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzRuns:
    """Tries the boundaries of one project.

    Attributes:
        sandbox: Where its tests run.
        environment: What they run with.
        budget_seconds: For all of it together.
    """

    sandbox: Sandbox
    environment: Environment
    budget_seconds: float

    def run(
        self, folder: Path, tests: Sequence[str], code: Sequence[str]
    ) -> tuple[list[TriedBoundary], str]:
        """Try what tests in `folder` come to; it is a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it, in the order in which they have time.
            code: Files relative to it that are under test.

        Returns:
            What was seen, and why silence shows nothing; empty: it does.
        """
        probing = Probing(
            sandbox=self.sandbox,
            environment=self.environment,
            plugin="fuzz.plugin",
            variable=_SETTINGS,
            limit_seconds=self.budget_seconds + _GRACE_SECONDS,
        )
        shared = folder / f".prodwright-shared-{secrets.token_hex(8)}"
        shared.mkdir()
        settings: Mapping[str, object] = {
            "shared": str(shared),
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "deadline_seconds": self.budget_seconds,
        }
        reported = probing.run(folder, tests, settings)
        told = [each for line in reported.lines for each in _boundary(line)]
        return told, reported.failure


def _boundary(line: str) -> Iterator[TriedBoundary]:
    """Yield what a line tells; foreign code had its hands on it."""
    try:
        told = json.loads(line)
        yield TriedBoundary(
            test=printable(str(told["test"])),
            state=printable(str(told["state"])),
            operation=printable(str(told.get("operation", ""))),
            why=printable(str(told.get("why", ""))),
            path=_place(told.get("place"))[0],
            requests=int(told.get("requests", 0)),
            left=int(told.get("left", 0)),
            sightings=tuple(_sighting(each) for each in told.get("sightings", ())),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # cut off by the time limit, or tampered with


def _sighting(told: dict[str, Any]) -> HostileSighting:
    path, line = _place(told.get("place"))
    level = str(told["level"])
    return HostileSighting(
        kind=printable(str(told["kind"])),
        level=level if level in _LEVELS else "weak",
        path=path,
        line=line,
        says=printable(str(told["says"])),
        case=printable(str(told["case"])),
    )


def _place(told: Any) -> tuple[str, int]:
    path, line = told or ("", 1)
    return printable(str(path)), max(int(line), 1)
