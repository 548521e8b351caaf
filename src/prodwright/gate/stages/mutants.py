"""Is what the code promises held by a test? Each small change must be noticed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prodwright.adapters.mutant_runs import (
    LEFT,
    NOTICED,
    SURVIVED,
    TEST,
    UNTESTED,
    MutantRuns,
    Told,
)
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Control,
    Exhibit,
    Outcome,
    StageResult,
    Standing,
)
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.dynamic.ground import Ground, ground_for, plant
from prodwright.gate.dynamic.on_change import lines_between
from prodwright.gate.dynamic.planted_mutants import CODE, EXPECTED, TESTS, missed
from prodwright.gate.unjudged import not_applicable

NAME = "mutants"
_PRACTICE = "unit-tests"
_MOST_PER_FUNCTION = 20
_HAZARDS = {SURVIVED: "surviving-mutant", UNTESTED: "untested-code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantsStage:
    """Changes code a little, where a change touched it, and runs the tests on it.

    Attributes:
        toolbox: For running them.
        scope: Paths of files and folders under test, as in `Source.path`; empty: all
            of the project.
        budget_seconds: For all mutants together.
    """

    toolbox: Toolbox
    scope: tuple[str, ...]
    budget_seconds: float

    def judge(self, candidate: Candidate) -> StageResult:
        """Return the promises that no test holds.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        ground = ground_for(NAME, self.toolbox, candidate, self.scope)
        if isinstance(ground, StageResult):
            return ground
        lines = _lines_in_question(candidate, ground)
        if not lines:
            return not_applicable(NAME, "no line of code in scope was changed")
        started = time.monotonic()
        folder = self.toolbox.copy(candidate.tree, NAME) / candidate.folder
        plot = plant(folder, ground.tests[0], CODE, TESTS)
        runs = MutantRuns(
            sandbox=ground.sandbox,
            environment=ground.environment,
            budget_seconds=self.budget_seconds,
            most=_MOST_PER_FUNCTION,
        )
        every = list(range(1, 100)) if any(lines.values()) else []
        told, failure = runs.run(
            folder,
            [plot.tests, *ground.tests],
            {plot.code: every, **lines},
            first=(plot.code, plot.tests),
        )
        unseen = missed(plot, told)
        own = [each for each in told if not plot.is_of(each.path)]
        findings = tuple(_findings(candidate, ground.prefix, own))
        planted = len(EXPECTED)
        control = Control(planted=planted, caught=planted - len(unseen), missed=unseen)
        return StageResult(
            stage=NAME,
            outcome=_outcome(findings, own, control, failure),
            reason=_reason(own, control, failure),
            control=control,
            findings=findings,
            seconds=time.monotonic() - started,
            replay=f"prodwright prove --stage {NAME}",
            details=_details(own, failure),
            isolation=ground.sandbox.isolation,
            exhibits=() if failure else tuple(_exhibits(own, ground.prefix)),
        )


def _lines_in_question(candidate: Candidate, ground: Ground) -> dict[str, list[int]]:
    """Return the changed lines by file; without a base, all files and no lines."""
    if candidate.is_new:
        return {path: [] for path in ground.code}
    before = {each.path: each.text for each in candidate.before.sources}
    after = {each.path: each.text for each in candidate.after.sources}
    named = {path: f"{ground.prefix}{path}" for path in ground.code}
    found = {
        path: lines_between(before.get(name, ""), after[name])
        for path, name in named.items()
    }
    return {path: lines for path, lines in found.items() if lines}


def _findings(
    candidate: Candidate, prefix: str, every: Iterable[Told]
) -> Iterator[Finding]:
    """Where nothing was changed just now, a promise without a test is a note."""
    texts = {e.path: e.text.splitlines() for e in candidate.after.sources}
    severity = Severity.NOTE if candidate.is_new else Severity.MEDIUM
    for each in every:
        path = f"{prefix}{each.path}"
        if each.kind not in _HAZARDS or path not in texts:
            continue
        text = texts[path]
        excerpt = text[each.line - 1].strip() if each.line <= len(text) else ""
        yield Finding(
            path=path,
            line=each.line,
            column=1,
            end_line=each.line,
            hazard=_HAZARDS[each.kind],
            practice=_PRACTICE,
            severity=severity,
            message=_message(each),
            excerpt=excerpt,
            stage=NAME,
            replay=f"prodwright prove --stage {NAME} {path}",
            fingerprint=f"{NAME} {each.kind} {path} {excerpt} {each.what}",
        )


def _message(told: Told) -> str:
    if told.kind == UNTESTED:
        return f"no test executes {told.function}"
    tests = "1 test executes" if told.tests == 1 else f"{told.tests} tests execute"
    return f"{told.what}, and none of them notices: {tests} {told.function}"


def _outcome(
    findings: Sequence[Finding],
    every: Sequence[Told],
    control: Control,
    failure: str,
) -> Outcome:
    if any(each.severity > Severity.NOTE for each in findings):
        return Outcome.FAILED
    if failure or not control.holds:
        return Outcome.UNJUDGED
    tried = any(each.kind in (NOTICED, SURVIVED, UNTESTED) for each in every)
    if tried:
        return Outcome.PASSED
    left = any(each.kind in (LEFT, TEST) for each in every)
    return Outcome.UNJUDGED if left else Outcome.NOT_APPLICABLE


def _reason(every: Sequence[Told], control: Control, failure: str) -> str:
    if failure:
        return "the run broke off"
    if not control.holds:
        return f"planted promises were judged wrongly: {', '.join(control.missed)}"
    counts = Counter(each.kind for each in every)
    tried = counts[NOTICED] + counts[SURVIVED]
    told = f"{tried} mutants, {counts[SURVIVED]} unnoticed"
    untested = counts[UNTESTED]
    return f"{told}; {untested} functions that no test executes" if untested else told


def _details(every: Sequence[Told], failure: str) -> dict[str, str]:
    kinds = {LEFT: "not tried", TEST: "not judged"}
    details: dict[str, str] = {}
    for kind, title in kinds.items():
        told = {f"{e.path} {e.function or e.what}" for e in every if e.kind == kind}
        details[title] = "\n".join(sorted(told))
    details["output"] = failure
    return {name: value for name, value in details.items() if value}


def _exhibits(every: Sequence[Told], prefix: str) -> Iterator[Exhibit]:
    """A module is shown tested when every mutant was noticed and none was left."""
    tried = Counter(each.path for each in every if each.kind == NOTICED)
    open_ = {each.path for each in every if each.kind in (SURVIVED, UNTESTED, LEFT)}
    for path, count in sorted(tried.items()):
        if path not in open_:
            yield Exhibit(
                practice=_PRACTICE,
                module=f"{prefix}{path}",
                standing=Standing.PROVEN,
                reason=f"tests were red on each of {count} mutants, green without",
            )
