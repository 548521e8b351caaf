"""Runs tests on mutants of what they execute, in the sandbox, and reads the outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.printing import printable

NOTICED, SURVIVED, UNTESTED, LEFT, TEST = (
    "noticed",
    "survived",
    "untested",
    "left",
    "test",
)
_GRACE_SECONDS = 150.0
_SETTINGS = "PRODWRIGHT_MUTANTS_SETTINGS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that a run tells.

    Attributes:
        kind: `noticed` or `survived` (a mutant), `untested` (a function), `left` (a
            function with mutants that were not tried) or `test` (one that is no use).
        path: Of the module, relative to the project; of a test its identifier.
        function: Name of the function.
        line: 1-based.
        what: What was changed, or why a test is no use.
        tests: How many tests execute the function.
    """

    kind: str
    path: str
    function: str = ""
    line: int = 1
    what: str = ""
    tests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantRuns:
    """Tries mutants of one project's code.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        budget_seconds: For all of them together.
        most: Mutants of one function.
    """

    sandbox: Sandbox
    environment: Environment
    budget_seconds: float
    most: int

    def run(
        self,
        folder: Path,
        tests: Sequence[str],
        lines: Mapping[str, Sequence[int]],
        first: tuple[str, str],
    ) -> tuple[list[Told], str]:
        """Try mutants in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it.
            lines: Those that may be changed, by files relative to it; none: all.
            first: The file and the tests that are tried before all others.

        Returns:
            What was seen, and why silence shows nothing; empty: it does.
        """
        probing = Probing(
            sandbox=self.sandbox,
            environment=self.environment,
            plugin="mutants.plugin",
            variable=_SETTINGS,
            limit_seconds=self.budget_seconds + _GRACE_SECONDS,
        )
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in lines],
            "lines": {str(folder / path): own for path, own in lines.items() if own},
            "first": [str(folder / each) for each in first],
            "deadline_seconds": self.budget_seconds,
            "most": self.most,
        }
        reported = probing.run(folder, tests, settings)
        told = (each for line in reported.lines for each in _read(line))
        return list(dict.fromkeys(told)), reported.failure  # parts tell the same tests


def _read(line: str) -> Iterator[Told]:
    """Yield what a line tells; foreign code had its hands on it."""
    try:
        told = json.loads(line)
        yield Told(
            kind=str(told["kind"]),
            path=printable(str(told.get("path") or told["test"])),
            function=printable(str(told.get("function", ""))),
            line=max(int(told.get("line", 1)), 1),
            what=printable(str(told.get("what") or told.get("why", ""))),
            tests=int(told.get("tests", 0)),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # cut off by the time limit, or tampered with
