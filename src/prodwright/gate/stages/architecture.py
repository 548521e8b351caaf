"""Does the structure hold? Imports in any order, contracts, exchanged dependencies."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prodwright.adapters.substitution_runs import (
    IMPORT,
    INJECTED,
    REACH,
    TEST,
    Shown,
    SubstitutionRuns,
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
from prodwright.gate.dynamic import planted_structure
from prodwright.gate.dynamic.contracts import Contracts, judge_contracts
from prodwright.gate.dynamic.ground import Ground, ground_for, plant

NAME = "architecture"
_LAYERS, _INJECTION = "layer-boundaries", "dependency-injection"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchitectureStage:
    """Imports each module first, runs contracts, and tests with stand-ins.

    Attributes:
        toolbox: For running the project's code.
        scope: Paths of files and folders under test, as in `Source.path`; empty: all
            of the project.
        budget_seconds: For all of it together.
    """

    toolbox: Toolbox
    scope: tuple[str, ...]
    budget_seconds: float

    def judge(self, candidate: Candidate) -> StageResult:
        """Return what ties modules together that should stand alone.

        Raises:
            SandboxUnavailable: The code cannot be run in isolation.
        """
        ground = ground_for(NAME, self.toolbox, candidate, self.scope)
        if isinstance(ground, StageResult):
            return ground
        started = time.monotonic()
        contracts = judge_contracts(self.toolbox, candidate, ground, NAME)
        told, failure, control = self._tried(candidate, ground)
        findings = (*contracts.findings, *_findings(candidate, ground.prefix, told))
        held = Control(
            planted=control.planted + contracts.control.planted,
            caught=control.caught + contracts.control.caught,
            missed=(*control.missed, *contracts.control.missed),
        )
        shown = [] if failure else list(_exhibits(told, ground.prefix))
        return StageResult(
            stage=NAME,
            outcome=_outcome(findings, told, held, failure or contracts.silent),
            reason=_reason(told, held, failure, contracts),
            control=held,
            findings=findings,
            seconds=time.monotonic() - started,
            replay=f"prodwright prove --stage {NAME}",
            details=_details(told, failure, contracts),
            isolation=ground.sandbox.isolation,
            exhibits=(*contracts.exhibits, *shown),
        )

    def _tried(
        self, candidate: Candidate, ground: Ground
    ) -> tuple[list[Shown], str, Control]:
        """Return what was told of the project, why that is not all, and the control."""
        folder = self.toolbox.copy(candidate.tree, NAME) / candidate.folder
        plot = plant(
            folder, ground.tests[0], planted_structure.CODE, planted_structure.TESTS
        )
        modules = planted_structure.plant_modules(folder, plot)
        runs = SubstitutionRuns(
            sandbox=ground.sandbox,
            environment=ground.environment,
            budget_seconds=self.budget_seconds,
        )
        told, failure = runs.run(
            folder,
            [plot.tests, *ground.tests],  # a control that comes too late proves nothing
            [plot.code, *ground.code],
            {**modules, **ground.modules},
        )
        missed = planted_structure.missed(plot, told)
        count = len(planted_structure.PLANTED)
        control = Control(planted=count, caught=count - len(missed), missed=missed)
        own = [e for e in told if not planted_structure.is_planted(plot, e)]
        return own, failure, control


def _findings(
    candidate: Candidate, prefix: str, every: Iterable[Shown]
) -> Iterator[Finding]:
    """One for each place; which test showed it first does not matter."""
    texts = {e.path: e.text.splitlines() for e in candidate.after.sources}
    known: set[tuple[str, str, int, str]] = set()
    for each in every:
        path = f"{prefix}{each.path}"
        hazard = _hazard(each)
        key = (hazard, path, each.line, each.name if each.kind == REACH else "")
        if not hazard or path not in texts or key in known:
            continue
        known.add(key)
        text = texts[path]
        excerpt = text[each.line - 1].strip() if each.line <= len(text) else ""
        yield Finding(
            path=path,
            line=each.line,
            column=1,
            end_line=each.line,
            hazard=hazard,
            practice=_INJECTION if each.kind == REACH else _LAYERS,
            severity=Severity.MEDIUM,
            message=_message(each),
            excerpt=excerpt,
            stage=NAME,
            replay=f"prodwright prove --stage {NAME} {path}",
            fingerprint=f"{NAME} {hazard} {path} {excerpt} {each.name}",
        )


def _hazard(shown: Shown) -> str:
    if shown.kind == REACH:
        return "unsubstitutable-dependency"
    return "import-cycle" if (shown.kind, shown.state) == (IMPORT, "cycle") else ""


def _message(shown: Shown) -> str:
    if shown.kind == IMPORT:
        return f"whoever imports {shown.name} first gets an error: {shown.says}"
    what = "its class" if shown.name == "__class__" else shown.name
    of = f"{shown.parameter} of {shown.owner}"
    promised = f"which {shown.declared} does not promise" if shown.declared else ""
    why = promised or "which belongs to that one object only"
    return f"asks {of} for {what}, {why}: {shown.test} fails with any other"


def _outcome(
    findings: Sequence[Finding], every: Sequence[Shown], control: Control, silent: str
) -> Outcome:
    if findings:
        return Outcome.FAILED
    if silent or not control.holds:
        return Outcome.UNJUDGED
    states = {each.state for each in every}
    return Outcome.PASSED if states & {"fine", "proven"} else Outcome.UNJUDGED


def _reason(
    every: Sequence[Shown], control: Control, failure: str, contracts: Contracts
) -> str:
    if failure:
        return "the run broke off"
    if not control.holds:
        return f"planted defects were judged wrongly: {', '.join(control.missed)}"
    states = Counter((each.kind, each.state) for each in every)
    imported = states[(IMPORT, "fine")] + states[(IMPORT, "cycle")]
    proven = states[(INJECTED, "proven")]
    told = f"{imported} modules imported first; {proven} dependencies exchanged"
    return f"{told}; {contracts.reason}" if contracts.reason else told


def _details(
    every: Sequence[Shown], failure: str, contracts: Contracts
) -> dict[str, str]:
    unread = {
        f"{each.name}: {each.says}" for each in every if _is(each, IMPORT, "unjudged")
    }
    unclear = {
        f"{_of(each)}: {each.test} fails with a stand-in, nobody saw why"
        for each in every
        if _is(each, INJECTED, "unjudged")
    }
    unused = {
        f"{_of(each)}: {each.test} passes with one that does nothing"
        for each in every
        if _is(each, INJECTED, "unused")
    }
    tests = {f"{each.test}: {each.says}" for each in every if each.kind == TEST}
    details = {
        "exchanged": _lines(_of(e) for e in every if _is(e, INJECTED, "proven")),
        "given but not used": _lines(unused),
        "not judged": _lines([*unread, *unclear, *tests]),
        "contracts": contracts.reason,
        "contracts not judged": contracts.silent,
        "output": failure,
    }
    return {name: value for name, value in details.items() if value}


def _is(shown: Shown, kind: str, state: str) -> bool:
    return (shown.kind, shown.state) == (kind, state)


def _of(shown: Shown) -> str:
    return f"{shown.path}: {shown.parameter} of {shown.owner}"


def _exhibits(every: Sequence[Shown], prefix: str) -> Iterator[Exhibit]:
    """Yield the modules whose dependencies were exchanged, and none was tied."""
    states: Mapping[str, Counter[str]] = {e.path: Counter() for e in every}
    for each in every:
        if each.kind == INJECTED:
            states[each.path][each.state] += 1
    for path, counts in sorted(states.items()):
        if counts["proven"] and not counts["tied"]:
            yield Exhibit(
                practice=_INJECTION,
                module=f"{prefix}{path}",
                standing=Standing.PROVEN,
                reason=f"tests were green with {counts['proven']} stand-ins that keep "
                "the promised type, red with ones that do nothing",
            )


def _lines(values: Iterable[str]) -> str:
    return "\n".join(sorted(set(values)))
