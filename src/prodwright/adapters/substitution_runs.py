"""Imports modules and runs tests with stand-ins, in the sandbox; reads the outcome."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing
from prodwright.adapters.sandbox import Sandbox
from prodwright.core.printing import printable

IMPORT, INJECTED, REACH, TEST = "import", "injected", "reach", "test"
_GRACE_SECONDS = 150.0
_SETTINGS = "PRODWRIGHT_ARCHITECTURE_SETTINGS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One thing that a run tells.

    Attributes:
        kind: `import` (a module imported first), `injected` (a dependency that a
            constructor was given), `reach` (code that uses more of one than is
            promised) or `test` (one that shows nothing).
        path: Of the file, relative to the project.
        line: 1-based.
        state: Of an import `fine`, `cycle` or `unjudged`; of what was injected
            `proven`, `unused`, `tied` or `unjudged`.
        name: Of the module that was imported; of what code reaches for.
        owner: Class that is given the dependency.
        parameter: Of its constructor.
        declared: Type that is promised; empty: none is.
        test: Identifier of the test.
        says: Why, or what happened.
    """

    kind: str
    path: str = ""
    line: int = 1
    state: str = ""
    name: str = ""
    owner: str = ""
    parameter: str = ""
    declared: str = ""
    test: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutionRuns:
    """Tries the structure of one project.

    Attributes:
        sandbox: Where it runs.
        environment: What it runs with.
        budget_seconds: For all of it together.
    """

    sandbox: Sandbox
    environment: Environment
    budget_seconds: float

    def run(
        self,
        folder: Path,
        tests: Sequence[str],
        code: Sequence[str],
        modules: Mapping[str, str],
    ) -> tuple[list[Shown], str]:
        """Import modules and run tests in `folder`, a copy that may be spoilt.

        Args:
            folder: Top of the project's copy.
            tests: Test files relative to it, in the order in which they have time.
            code: Files relative to it that are under test.
            modules: Files relative to it by the names that they are imported by.

        Returns:
            What was seen, and why silence shows nothing; empty: it does.
        """
        probing = Probing(
            sandbox=self.sandbox,
            environment=self.environment,
            plugin="architecture.plugin",
            variable=_SETTINGS,
            limit_seconds=self.budget_seconds + _GRACE_SECONDS,
        )
        settings = {
            "root": str(folder),
            "code": [str(folder / each) for each in code],
            "modules": {name: str(folder / path) for name, path in modules.items()},
            "deadline_seconds": self.budget_seconds,
        }
        reported = probing.run(folder, tests, settings)
        told = (each for line in reported.lines for each in _read(line))
        return list(dict.fromkeys(told)), reported.failure  # parts tell the same tests


def _read(line: str) -> Iterator[Shown]:
    """Yield what a line tells; foreign code had its hands on it."""
    try:
        told = json.loads(line)
        yield Shown(
            kind=str(told["kind"]),
            path=printable(str(told.get("path", ""))),
            line=max(int(told.get("line", 1)), 1),
            state=str(told.get("state", "")),
            name=printable(str(told.get("module") or told.get("name", ""))),
            owner=printable(str(told.get("owner", ""))),
            parameter=printable(str(told.get("parameter", ""))),
            declared=printable(str(told.get("declared", ""))),
            test=printable(str(told.get("test", ""))),
            says=printable(str(told.get("says") or told.get("why", ""))),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return  # cut off by the time limit, or tampered with
