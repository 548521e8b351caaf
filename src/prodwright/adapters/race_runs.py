"""Runs the race finder in the sandbox and reads what it tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.printing import printable

_GRACE_SECONDS = 60.0
_SETTINGS = "PRODWRIGHT_RACES_SETTINGS"
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploredPair:
    """What was seen of two calls at once, or why nothing was.

    Attributes:
        test: Node identifier of the test that makes them.
        verdict: `serial`, `race`, `deadlock`, `unjudged`, `not tried` or `no call`.
        key: Names the pair.
        why: Why nothing could be judged.
        path: Of the function, relative to the project; empty without a pair.
        line: Where a call was interrupted, or where the function begins.
        runs: How often the calls were made at once.
        choices: Who went on at each turn; replays it.
        differences: By what is seen: what it is, and what it may be.
        reaches_outside: Whether files or databases are concerned.
        is_meant: Whether the code says that it has several callers at once.
        needs_locks: Whether the calls race when locks hold nobody up.
        is_whole: Whether every order within the bounds was tried.
    """

    test: str
    verdict: str
    key: str = ""
    why: str = ""
    path: str = ""
    line: int = 1
    runs: int = 0
    choices: tuple[int, ...] = ()
    differences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reaches_outside: bool = False
    is_meant: bool = False
    needs_locks: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceRuns:
    """Explores the tests of one project.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        budget_seconds: For all tests together.
        runs_per_pair: The most that two calls are made at once.
    """

    sandbox: Sandbox
    environment: Environment
    budget_seconds: float
    runs_per_pair: int

    def run(
        self, folder: Path, tests: Sequence[str], code: Sequence[str]
    ) -> tuple[list[ExploredPair], str]:
        """Explore tests in `folder`, a copy that may be spoilt.

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
            plugin="races.plugin",
            variable=_SETTINGS,
            limit_seconds=self.budget_seconds + _GRACE_SECONDS,
        )
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "runs": self.runs_per_pair,
            "deadline_seconds": self.budget_seconds,
        }
        reported = probing.run(folder, tests, settings)
        pairs = [pair for line in reported.lines for pair in _pair(line)]
        return pairs, reported.failure


def _pair(line: str) -> Iterator[ExploredPair]:
    """Yield what a line tells; foreign code had its hands on it."""
    try:
        told = json.loads(line)
        yield ExploredPair(
            test=printable(str(told["test"])),
            verdict=str(told["verdict"]),
            key=printable(str(told.get("key", ""))),
            why=printable(str(told.get("why", ""))),
            path=_place(told)[0],
            line=_place(told)[1],
            runs=int(told.get("runs", 0)),
            choices=tuple(int(each) for each in told.get("choices", ())),
            differences=_differences(told.get("differences", {})),
            reaches_outside=told.get("reaches_outside") is True,
            is_meant=told.get("is_meant") is True,
            needs_locks=told.get("needs_locks") is True,
            is_whole=told.get("is_whole") is True,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # cut off by the time limit, or tampered with


def _place(told: Mapping[str, Any]) -> tuple[str, int]:
    path, line = told.get("place") or ("", 1)
    return printable(str(path)), max(int(line), 1)


def _differences(told: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        printable(str(key)): tuple(printable(str(each)) for each in texts)
        for key, texts in list(told.items())[:_MOST_TOLD]
    }
