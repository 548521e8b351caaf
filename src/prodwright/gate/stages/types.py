"""The project's own type checker, with one planted type error."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.mypy_runs import Mypy, TypeComplaint, TypeRun
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.unjudged import not_applicable, unjudged

NAME = "types"
REPLAY = "python -m mypy"
_CONFIGURATIONS = {"pyproject.toml": "[tool.mypy", "setup.cfg": "[mypy", "mypy.ini": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypesStage:
    """Runs mypy where the project is configured for it."""

    toolbox: Toolbox

    def judge(self, candidate: Candidate) -> StageResult:
        """Return the type errors that the change brought.

        Raises:
            SandboxUnavailable: The type checker cannot be run in isolation.
        """
        if not _is_configured(candidate.tree / candidate.folder):
            return not_applicable(NAME, "the project configures no type checker")
        environment = self.toolbox.environment()
        if environment is None:
            return unjudged(NAME, "no environment for the project was found")
        checker = Mypy(
            sandbox=self.toolbox.sandbox(),
            environment=environment,
            timeout_seconds=self.toolbox.timeout_seconds,
        )
        if not checker.is_installed():
            return unjudged(NAME, f"mypy is not installed for {environment.python}")
        return self._judged(candidate, checker)

    def _judged(self, candidate: Candidate, checker: Mypy) -> StageResult:
        started = time.monotonic()
        targets = _targets(candidate)
        copy = self.toolbox.copy(candidate.tree, "types-after")
        run = checker.run(copy / candidate.folder, targets)
        new = self._new(candidate, checker, run, targets)
        return StageResult(
            stage=NAME,
            outcome=_outcome(run, new),
            reason=_reason(run, targets),
            control=Control(planted=1, caught=int(run.control_caught)),
            findings=tuple(_findings(candidate, new)),
            seconds=time.monotonic() - started,
            replay=f"{REPLAY} {shlex.join(targets)}",
            details={"output": run.failure} if run.failure else {},
            isolation=checker.sandbox.isolation,
        )

    def _new(
        self, candidate: Candidate, checker: Mypy, run: TypeRun, targets: list[str]
    ) -> list[TypeComplaint]:
        """What the type checker said before is not this change's doing."""
        if candidate.is_new or not run.complaints:
            return list(run.complaints)
        copy = self.toolbox.copy(candidate.base, "types-before")
        project = copy / candidate.folder
        there = [each for each in targets if (project / each).exists()]
        if not there:
            return list(run.complaints)
        before = checker.run(project, there)
        known = Counter((each.path, each.message) for each in before.complaints)
        new = []
        for each in run.complaints:
            if known[(each.path, each.message)] > 0:
                known[(each.path, each.message)] -= 1
            else:
                new.append(each)
        return new


def _is_configured(project: Path) -> bool:
    return any(
        (project / name).is_file()
        and mark in (project / name).read_text("utf-8", errors="replace")
        for name, mark in _CONFIGURATIONS.items()
    )


def _targets(candidate: Candidate) -> list[str]:
    """Return the packages under `src`, else those at the top, else single files."""
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    paths = [
        each.path.removeprefix(prefix)
        for each in candidate.after.sources
        if not (each.is_test or each.is_aside)
    ]
    tops = {
        "/".join(path.split("/")[: 2 if path.startswith("src/") else 1])
        for path in paths
    }
    return sorted(tops) or ["."]


def _outcome(run: TypeRun, new: list[TypeComplaint]) -> Outcome:
    if run.failure or not run.control_caught:
        return Outcome.UNJUDGED
    return Outcome.FAILED if new else Outcome.PASSED


def _reason(run: TypeRun, targets: list[str]) -> str:
    if run.failure:
        return "the type checker did not run to its end"
    if not run.control_caught:
        return "the planted type error was not reported, so nothing counts"
    return f"{len(run.complaints)} type errors in {', '.join(targets)}"


def _findings(candidate: Candidate, new: list[TypeComplaint]) -> Iterator[Finding]:
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    for each in new:
        yield Finding(
            path=f"{prefix}{each.path}",
            line=each.line,
            column=each.column,
            end_line=each.line,
            hazard="type-errors",
            practice="clear-contracts",
            severity=Severity.HIGH,
            message=each.message,
            stage=NAME,
            replay=REPLAY,
            fingerprint=f"type-errors {each.path} {each.message}",
        )
