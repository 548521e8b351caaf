"""The project's tests under faults: what breaks when something outside goes wrong."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prodwright.adapters.fault_runs import ExploredTest, FaultRuns, FaultSighting
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Control,
    Exhibit,
    Outcome,
    StageResult,
    Standing,
)
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.dynamic import planted
from prodwright.gate.dynamic.ground import ground_for, plant
from prodwright.gate.dynamic.kinds import (
    SEVERITIES,
    hazard_of,
    practice_of,
    practices_tried,
)

NAME, CRASH_NAME = "faults", "crash"
_UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsStage:
    """Runs each test again for each fault that the code in scope could meet.

    Attributes:
        toolbox: For running them.
        scope: Paths of files and folders under test, as in `Source.path`; empty: all
            of the project.
        budget_seconds: For all tests together.
    """

    toolbox: Toolbox
    scope: tuple[str, ...]
    budget_seconds: float

    def judge(self, candidate: Candidate) -> StageResult:
        """Return what goes wrong under faults, and what was proven.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        return _Exploration(self, NAME, "faults", planted.FAULTS).judge(candidate)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashStage:
    """Ends the process at each point that changes something, and looks at what is left.

    Attributes:
        toolbox: For running the tests.
        scope: As of `FaultsStage`.
        budget_seconds: For all tests together.
    """

    toolbox: Toolbox
    scope: tuple[str, ...]
    budget_seconds: float

    def judge(self, candidate: Candidate) -> StageResult:
        """Return which files and databases a crash tears.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        return _Exploration(self, CRASH_NAME, "crashes", planted.CRASHES).judge(
            candidate
        )


@dataclass(frozen=True, slots=True)
class _Exploration:
    stage: FaultsStage | CrashStage
    name: str
    kinds: str
    defects: dict[str, frozenset[str]]

    def judge(self, candidate: Candidate) -> StageResult:
        toolbox, scope = self.stage.toolbox, self.stage.scope
        ground = ground_for(self.name, toolbox, candidate, scope)
        if isinstance(ground, StageResult):
            return ground
        started = time.monotonic()
        folder = toolbox.copy(candidate.tree, self.name) / candidate.folder
        code, tests = planted.CODE, planted.TESTS
        if self.kinds == "crashes":
            code, tests = code + planted.CONSUMERS, tests + planted.CONSUMERS_TESTS
        plot = plant(folder, ground.tests[0], code, tests)
        runs = FaultRuns(
            sandbox=ground.sandbox,
            environment=ground.environment,
            budget_seconds=self.stage.budget_seconds,
            kinds=self.kinds,
        )
        # First in line: a control that the time ran out for would prove nothing.
        explored, failure = runs.run(
            folder, [plot.tests, *ground.tests], [plot.code, *ground.code]
        )
        missed = planted.missed(plot, explored, self.defects)
        own = [each for each in explored if not plot.is_of(each.test)]
        failure = failure or ("" if own else "nothing was reported")
        findings = tuple(self._findings(candidate, ground.prefix, own))
        held = Control(
            planted=len(self.defects),
            caught=max(len(self.defects) - len(missed), 0),
            missed=missed,
        )
        return StageResult(
            stage=self.name,
            outcome=_outcome(findings, own, held, failure),
            reason=_reason(own, held, failure),
            control=held,
            findings=findings,
            seconds=time.monotonic() - started,
            replay=f"prodwright prove --stage {self.name}",
            details=_details(own, ground.prefix, failure),
            isolation=ground.sandbox.isolation,
            exhibits=() if failure else tuple(_exhibits(own, ground.prefix)),
        )

    def _findings(
        self, candidate: Candidate, prefix: str, explored: Iterable[ExploredTest]
    ) -> Iterator[Finding]:
        """One finding for each thing that is wrong, whatever faults lead to it."""
        lines = {e.path: e.text.splitlines() for e in candidate.after.sources}
        groups: dict[tuple[str, str, int], list[FaultSighting]] = {}
        for test in explored:
            for each in test.sightings:
                groups.setdefault((each.kind, each.path, each.line), []).append(each)
        for group in groups.values():
            worst = max(group, key=lambda each: SEVERITIES[each.level])
            path = f"{prefix}{worst.path}" if worst.path else ""
            text = lines.get(path, [])
            excerpt = text[worst.line - 1].strip() if worst.line <= len(text) else ""
            if path:
                yield self._finding(path, worst, excerpt)

    def _finding(self, path: str, worst: FaultSighting, excerpt: str) -> Finding:
        hazard, practice = hazard_of(worst.kind, worst.says)
        fault = f"under {worst.fault.partition('@')[0]} " if worst.fault else ""
        named = worst.fault.rpartition("=")[2]
        told = f"{fault}{named}: {worst.says}" if fault else worst.says
        again = ["python", "-m", "pytest", worst.test]
        again += ["--prodwright-fault", worst.fault] if worst.fault else []
        return Finding(
            path=path,
            line=worst.line,
            column=1,
            end_line=worst.line,
            hazard=hazard,
            practice=practice,
            severity=SEVERITIES[worst.level],
            message=f"{worst.kind}: {told}",
            excerpt=excerpt,
            stage=self.name,
            replay=shlex.join(again),  # a test may be called anything
            fingerprint=f"{self.name} {worst.kind} {path} {excerpt}",
        )


def _outcome(
    findings: Sequence[Finding],
    explored: Sequence[ExploredTest],
    control: Control,
    failure: str,
) -> Outcome:
    if any(each.severity > Severity.NOTE for each in findings):
        return Outcome.FAILED
    if failure or not control.holds:
        return Outcome.UNJUDGED
    if any(each.points for each in explored):
        return Outcome.PASSED
    silent = any(each.state == _UNJUDGED for each in explored)
    return Outcome.UNJUDGED if silent else Outcome.NOT_APPLICABLE


def _reason(explored: Sequence[ExploredTest], control: Control, failure: str) -> str:
    if failure:
        return "the exploration broke off"
    if not control.holds:
        return f"planted defects were judged wrongly: {', '.join(control.missed)}"
    if not any(each.points for each in explored):
        silent = sum(each.state == _UNJUDGED for each in explored)
        told = "no test comes to a point at which something outside can go wrong"
        return f"{told}; {silent} were not judged" if silent else told
    points, runs = (sum(each.points for each in explored), _count(explored))
    told = f"{len(explored)} tests come to {points} points; {runs} faults were injected"
    left = sum(len(each.left) for each in explored)
    return f"{told}; for {left} there was no time" if left else told


def _count(explored: Sequence[ExploredTest]) -> int:
    return sum(each.runs for each in explored)


def _details(
    explored: Sequence[ExploredTest], prefix: str, failure: str
) -> dict[str, str]:
    """Say what was tried, what was not and why, and what it shows; nothing empty."""
    states = Counter(each.state for each in explored)
    details = {
        "tests": ", ".join(
            f"{count} {state}" for state, count in sorted(states.items())
        ),
        "points": str(sum(each.points for each in explored)),
        "faults injected": str(_count(explored)),
        "practices green": _lines(_green(explored, prefix)),
        "practices proven": _lines(_proven(explored, prefix)),
        "not tried": _lines(e for test in explored for e in sorted(test.left)[:50]),
        "not judged": _lines(
            f"{each.test}: {each.state} {each.why}".rstrip()
            for each in explored
            if each.state not in ("explored", "no points", "skipped")
        ),
        "defences taken away": _lines(
            f"{prefix}{path}: {defence}: {kind}"
            for each in explored
            for kind, path, defence in each.defences
        ),
        "not reached": _lines(e for test in explored for e in test.unreached),
        "output": failure,
    }
    return {name: value for name, value in details.items() if value}


def _green(explored: Sequence[ExploredTest], prefix: str) -> set[str]:
    """Return `PRACTICE PATH` where faults were met and nothing went wrong."""
    tried = {
        f"{practice} {prefix}{path}"
        for each in explored
        for plan, path in each.green
        for practice in practices_tried(plan)
    }
    return tried - _broken(explored, prefix)


def _broken(explored: Sequence[ExploredTest], prefix: str) -> set[str]:
    return {
        f"{practice_of(sighting)} {prefix}{sighting.path}"
        for each in explored
        for sighting in each.sightings
        if sighting.level != "weak"
    }


def _proven(explored: Sequence[ExploredTest], prefix: str) -> set[str]:
    """Return what was green, and red once a defence of its own was taken away."""
    red = {
        f"{hazard_of(kind, defence)[1]} {prefix}{path}"
        for each in explored
        for kind, path, defence in each.defences
    }
    return red & _green(explored, prefix)


def _exhibits(explored: Sequence[ExploredTest], prefix: str) -> Iterator[Exhibit]:
    proven = _proven(explored, prefix)
    for each in sorted(_green(explored, prefix)):
        practice, _, module = each.partition(" ")
        shown = each in proven
        reason = "nothing went wrong under any fault that was tried"
        if shown:
            reason += "; something did once a defence was taken away"
        yield Exhibit(
            practice=practice,
            module=module,
            standing=Standing.PROVEN if shown else Standing.CHECKED,
            reason=reason,
        )


def _lines(values: Iterable[str]) -> str:
    return "\n".join(sorted(set(values)))
