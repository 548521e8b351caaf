"""The project's own tests, in isolation, with one planted test that must fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from prodwright.adapters.pytest_runs import Pytest, PytestRun
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.stages.unjudged import not_applicable, unjudged

NAME = "tests"
REPLAY = "python -m pytest"
_TAIL_CHARACTERS = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteStage:
    """Runs the tests after the change and, when there were any, before it."""

    toolbox: Toolbox

    def judge(self, candidate: Candidate) -> StageResult:
        """Return which tests fail that did not fail before.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        if not candidate.after.has_tests:
            return not_applicable(NAME, "the project has no tests")
        environment = self.toolbox.environment()
        if environment is None:
            reason = "no environment for the project was found; name it with --python"
            return unjudged(NAME, reason)
        runner = Pytest(
            sandbox=self.toolbox.sandbox(),
            environment=environment,
            timeout_seconds=self.toolbox.timeout_seconds,
        )
        if not runner.has_pytest():
            return unjudged(NAME, f"pytest is not installed for {environment.python}")
        return self._judged(candidate, runner)

    def _judged(self, candidate: Candidate, runner: Pytest) -> StageResult:
        started = time.monotonic()
        copy = self.toolbox.copy(candidate.tree, "tests-after")
        run = runner.run(copy / candidate.folder)
        failed_before = self._failing_before(candidate, runner, run)
        control = Control(planted=1, caught=int(run.control_caught))
        broken = [name for name in run.failed if name not in failed_before]
        return StageResult(
            stage=NAME,
            outcome=_outcome(run, broken),
            reason=_reason(run, failed_before),
            control=control,
            findings=tuple(_findings(candidate, broken)),
            seconds=time.monotonic() - started,
            replay=REPLAY,
            details=_details(run, broken),
            isolation=runner.sandbox.isolation,
        )

    def _failing_before(
        self, candidate: Candidate, runner: Pytest, after: PytestRun
    ) -> frozenset[str]:
        """What failed before is not this change's doing; it is asked only then."""
        if candidate.is_new or not after.failed:
            return frozenset()
        copy = self.toolbox.copy(candidate.base, "tests-before")
        return frozenset(runner.run(copy / candidate.folder).failed)


def _outcome(run: PytestRun, broken: list[str]) -> Outcome:
    if broken:
        return Outcome.FAILED
    whole = run.conclusive and run.control_caught
    return Outcome.PASSED if whole else Outcome.UNJUDGED


def _reason(run: PytestRun, failed_before: frozenset[str]) -> str:
    if run.completed.timed_out:
        return "the tests did not end within the time limit"
    if run.completed.exceeded:
        return f"the tests went over the limit of {run.completed.exceeded}"
    if not run.cases:
        return f"pytest reported no test (exit code {run.completed.code})"
    if not run.control_caught:
        return "the planted failing test was not reported, so nothing counts"
    told = f"{len(run.cases)} tests ran, {len(run.failed)} failed"
    return f"{told}, {len(failed_before)} of them before" if failed_before else told


def _details(run: PytestRun, broken: list[str]) -> dict[str, str]:
    details = {"tests": str(len(run.cases)), "failed": str(len(run.failed))}
    if broken or not run.conclusive:
        details["output"] = run.completed.output[-_TAIL_CHARACTERS:]
    return details


def _findings(candidate: Candidate, broken: list[str]) -> Iterator[Finding]:
    for name in broken:
        yield Finding(
            path=_path_of(candidate, name),
            line=1,
            column=1,
            end_line=1,
            hazard="failing-test",
            practice="unit-tests",
            severity=Severity.CRITICAL,
            message=f"{name} fails",
            stage=NAME,
            replay=REPLAY,
            fingerprint=f"failing-test {name}",
        )


def _path_of(candidate: Candidate, name: str) -> str:
    """JUnit names a class by dots; the longest path that fits is its file."""
    dotted = name.partition("::")[0].replace(".", "/")
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    fitting = [
        source.path
        for source in candidate.after.sources
        if f"{prefix}{dotted}".startswith(source.path.removesuffix(".py"))
    ]
    return max(fitting, key=len, default=f"{prefix}{dotted}")
