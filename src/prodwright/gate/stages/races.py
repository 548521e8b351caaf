"""Two calls at once: what comes out must be what one order or the other gives."""

from __future__ import annotations

import shlex
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prodwright.adapters.race_runs import ExploredPair, RaceRuns
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Control,
    Exhibit,
    Outcome,
    StageResult,
    Standing,
)
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.dynamic.ground import ground_for, plant
from prodwright.gate.dynamic.planted_races import CODE, RACES, TESTS, missed

NAME = "races"
_RUNS_PER_PAIR = 120
_MOST_TEXT = 60
_BAD = ("race", "deadlock")
_OUTSIDE = {"data": "read-modify-write", "file": "check-then-act"}
_PRACTICES = {"read-modify-write": "transactions"}
_PRACTICE = "concurrency"


@dataclass(frozen=True, slots=True, kw_only=True)
class RacesStage:
    """Makes the calls that tests make twice at once, in every order that matters.

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
        """Return the calls that must not happen at once, and do.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        ground = ground_for(NAME, self.toolbox, candidate, self.scope)
        if isinstance(ground, StageResult):
            return ground
        started = time.monotonic()
        folder = self.toolbox.copy(candidate.tree, NAME) / candidate.folder
        plot = plant(folder, ground.tests[0], CODE, TESTS)
        runs = RaceRuns(
            sandbox=ground.sandbox,
            environment=ground.environment,
            budget_seconds=self.budget_seconds,
            runs_per_pair=_RUNS_PER_PAIR,
        )
        # First in line: a control that the time ran out for would prove nothing.
        told, failure = runs.run(
            folder, [plot.tests, *ground.tests], [plot.code, *ground.code]
        )
        unseen = missed(plot, told)
        own = [each for each in told if not plot.is_of(each.test)]
        failure = failure or ("" if own else "nothing was reported")
        findings = tuple(_findings(candidate, ground.prefix, own))
        planted = len(RACES) + 1
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


def _findings(
    candidate: Candidate, prefix: str, pairs: Iterable[ExploredPair]
) -> Iterator[Finding]:
    lines = {e.path: e.text.splitlines() for e in candidate.after.sources}
    known: set[tuple[str, str, str]] = set()
    for pair in pairs:
        path = f"{prefix}{pair.path}"
        if pair.verdict not in _BAD or path not in lines:
            continue
        hazard = _hazard(pair)
        text = lines[path]
        excerpt = text[pair.line - 1].strip() if pair.line <= len(text) else ""
        place = (hazard, path, excerpt)
        if place in known:
            continue
        known.add(place)
        yield Finding(
            path=path,
            line=pair.line,
            column=1,
            end_line=pair.line,
            hazard=hazard,
            practice=_PRACTICES.get(hazard, _PRACTICE),
            severity=_severity(pair),
            message=_message(pair),
            excerpt=excerpt,
            stage=NAME,
            replay=_replay(pair),
            fingerprint=f"{NAME} {hazard} {path} {excerpt}",
        )


def _hazard(pair: ExploredPair) -> str:
    if pair.verdict == "deadlock":
        return "lock-order"
    kinds = [each.partition(" ")[0] for each in pair.differences]
    for kind in kinds:
        if kind in _OUTSIDE:
            return _OUTSIDE[kind]
    if pair.reaches_outside:
        return "check-then-act"
    return "unlocked-shared-state"


def _severity(pair: ExploredPair) -> Severity:
    """What several callers share for certain counts; an object may be one caller's."""
    if pair.verdict == "deadlock" or pair.is_meant or pair.reaches_outside:
        return Severity.HIGH
    shared = any(each.startswith("variable ") for each in pair.differences)
    return Severity.MEDIUM if shared else Severity.NOTE


def _message(pair: ExploredPair) -> str:
    name = pair.key.partition(": ")[2]
    if pair.verdict == "deadlock":
        return f"{name}, at once: each waits for what the other holds, for ever"
    shown = list(pair.differences.items())[:2]
    told = [f"{what} {_compared(texts)}" for what, texts in shown if texts]
    return f"{name}, at once: {'; '.join(told)}"


def _compared(texts: Sequence[str]) -> str:
    told = [textwrap.shorten(each, _MOST_TEXT, placeholder="…") for each in texts[:4]]
    return f"is {told[0]}, one after the other {' or '.join(told[1:])}"


def _replay(pair: ExploredPair) -> str:
    turns = ",".join(map(str, pair.choices))
    words = ["python", "-m", "pytest", pair.test]  # a test may be called anything
    return shlex.join([*words, "--prodwright-race", f"{pair.key}={turns}"])


def _outcome(
    findings: Sequence[Finding],
    pairs: Sequence[ExploredPair],
    control: Control,
    failure: str,
) -> Outcome:
    if any(each.severity > Severity.NOTE for each in findings):
        return Outcome.FAILED
    if failure or not control.holds:
        return Outcome.UNJUDGED
    if not any(each.key for each in pairs):
        return Outcome.NOT_APPLICABLE
    return Outcome.PASSED


def _reason(pairs: Sequence[ExploredPair], control: Control, failure: str) -> str:
    if failure:
        return "the exploration broke off"
    if not control.holds:
        return f"planted races were judged wrongly: {', '.join(control.missed)}"
    tried = [each for each in pairs if each.key]
    if not tried:
        return "no test calls the code under test in a way that can be repeated"
    runs = sum(each.runs for each in tried)
    return f"{len(tried)} pairs of calls were made at once in {runs} orders of turns"


def _details(pairs: Sequence[ExploredPair], failure: str) -> dict[str, str]:
    details = {
        "pairs": str(sum(bool(each.key) for each in pairs)),
        "orders": str(sum(each.runs for each in pairs)),
        "not tried": _lines(
            f"{each.test}: {each.why}" for each in pairs if each.verdict == "not tried"
        ),
        "not judged": _lines(
            f"{each.key or each.test}: {each.why}"
            for each in pairs
            if each.verdict == "unjudged"
        ),
        "output": failure,
    }
    return {name: value for name, value in details.items() if value}


def _lines(values: Iterable[str]) -> str:
    return "\n".join(sorted(set(values))[:200])


def _exhibits(pairs: Sequence[ExploredPair], prefix: str) -> Iterator[Exhibit]:
    """A module is shown safe by calls that race once its locks hold nobody up."""
    modules = {each.path for each in pairs if each.key}
    broken = {each.path for each in pairs if each.verdict in _BAD}
    for path in sorted(modules - broken):
        own = [each for each in pairs if each.path == path and each.verdict == "serial"]
        needing = [each.key.partition(": ")[2] for each in own if each.needs_locks]
        if needing:
            reason = f"{needing[0]} at once: a race without the locks, none with them"
            standing = Standing.PROVEN
        elif own and all(each.is_whole for each in own):
            reason = (
                f"{len(own)} pairs of calls at once come out as one after the other"
            )
            standing = Standing.CHECKED
        else:
            continue
        yield Exhibit(
            practice=_PRACTICE,
            module=f"{prefix}{path}",
            standing=standing,
            reason=reason,
        )
