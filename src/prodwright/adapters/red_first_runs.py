"""Runs tests against mutants, with our plugin, in the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox

_GRACE_SECONDS = 60.0
_SETTINGS = "PRODWRIGHT_RED_FIRST_SETTINGS"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantVerdict:
    """What the mutants say of one test.

    Attributes:
        test: Its node identifier.
        verdict: `red`, `alike` (a case of a test of which another was red), `green`
            (never red), `skipped` or `unjudged`.
        module: For a red one: the changed module, relative to the project.
        why: For an unjudged one.
        tried: How many mutants it was tried on.
    """

    test: str
    verdict: str
    module: str = ""
    why: str = ""
    tried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFirst:
    """Judges tests by mutants of what they execute.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        mutants_per_test: The most that one test is tried on.
        deadline_seconds: For all tests together.
    """

    sandbox: Sandbox
    environment: Environment
    mutants_per_test: int
    deadline_seconds: float

    def run(
        self, folder: Path, tests: Sequence[str], code: Sequence[str]
    ) -> tuple[list[MutantVerdict], str]:
        """Judge `tests` in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it.
            code: Files relative to it that are under test.

        Returns:
            What was seen, and why that is not all; empty: it is.
        """
        probing = Probing(
            sandbox=self.sandbox,
            environment=self.environment,
            plugin="red_first.plugin",
            variable=_SETTINGS,
            limit_seconds=self.deadline_seconds + _GRACE_SECONDS,
        )
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "mutants": self.mutants_per_test,
            "deadline_seconds": self.deadline_seconds,
        }
        reported = probing.run(folder, tests, settings)
        verdicts = [each for line in reported.lines for each in _verdict(line)]
        return verdicts, reported.failure


def _verdict(line: str) -> Iterator[MutantVerdict]:
    """Yield what a line tells; foreign code had its hands on it."""
    try:
        entry = json.loads(line)
        yield MutantVerdict(
            test=str(entry["test"]),
            verdict=str(entry["verdict"]),
            module=str(entry.get("module", "")),
            why=str(entry.get("why", "")),
            tried=int(entry.get("tried", 0)),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # cut off by the time limit, or tampered with
