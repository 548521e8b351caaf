"""The project's own tests, in isolation, with one planted test that must fail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from prodwright.adapters.pytest_runs import SKIPPED, Pytest, PytestRun
from prodwright.analysis import Source
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.unjudged import not_applicable, unjudged

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
        before = self._before(candidate, runner, run)
        failed_before = frozenset(before.failed) if before else frozenset()
        lost = _lost(candidate, before, run)
        control = Control(planted=1, caught=int(run.control_caught))
        broken = [name for name in run.failed if name not in failed_before]
        return StageResult(
            stage=NAME,
            outcome=_outcome(run, [*broken, *lost]),
            reason=_reason(run, failed_before),
            control=control,
            findings=(*_findings(candidate, broken), *_unrun(candidate, lost)),
            seconds=time.monotonic() - started,
            replay=REPLAY,
            details=_details(run, broken),
            isolation=runner.sandbox.isolation,
        )

    def _before(
        self, candidate: Candidate, runner: Pytest, after: PytestRun
    ) -> PytestRun | None:
        """What failed or was skipped before is not this change's doing.

        It is asked only when something fails, is skipped, or is not heard of.
        """
        silent = set(_kept_tests(candidate)) - {_name(each) for each in _ran(after)}
        if candidate.is_new or not (after.failed or silent):
            return None
        copy = self.toolbox.copy(candidate.base, "tests-before")
        return runner.run(copy / candidate.folder)


def _kept_tests(candidate: Candidate) -> Iterator[str]:
    """Yield the names of tests that stand in the code before and after."""
    before = {name for each in candidate.before.sources for name in _names(each)}
    for source in candidate.after.sources:
        yield from (name for name in _names(source) if name in before)


def _names(source: Source) -> Iterator[str]:
    if source.holds_tests:
        functions = (each.name for each in source.functions())
        yield from (name for name in functions if name.startswith("test"))


def _ran(run: PytestRun) -> list[str]:
    return [name for name, outcome in run.cases.items() if outcome != SKIPPED]


def _function(case: str) -> str:
    """Return a case's name without its parameters."""
    return case.partition("[")[0]


def _name(case: str) -> str:
    return _function(case).rpartition("::")[2]


def _lost(
    candidate: Candidate, before: PytestRun | None, after: PytestRun
) -> list[str]:
    """Return tests that ran before, still stand there, and do not run any more."""
    if before is None or not after.cases:
        return []
    kept, heard = set(_kept_tests(candidate)), {_function(e) for e in _ran(after)}
    ran = dict.fromkeys(_function(each) for each in _ran(before))
    return [each for each in ran if _name(each) in kept and each not in heard]


def _unrun(candidate: Candidate, lost: list[str]) -> Iterator[Finding]:
    for name in lost:
        message = f"{name} ran before the change and does not any more"
        yield _finding(candidate, name, "test-weakened", Severity.HIGH, message)


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
        told = f"{name} fails"
        yield _finding(candidate, name, "failing-test", Severity.CRITICAL, told)


def _finding(
    candidate: Candidate, name: str, hazard: str, severity: Severity, message: str
) -> Finding:
    return Finding(
        path=_path_of(candidate, name),
        line=1,
        column=1,
        end_line=1,
        hazard=hazard,
        practice="unit-tests",
        severity=severity,
        message=message,
        stage=NAME,
        replay=REPLAY,
        fingerprint=f"{hazard} {name}",
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
