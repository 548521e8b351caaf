"""Hostile input at the boundaries that tests cross: what it does, and what is told."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prodwright.adapters.fuzz_runs import FuzzRuns, HostileSighting, TriedBoundary
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Control,
    Exhibit,
    Outcome,
    StageResult,
    Standing,
)
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.dynamic.driver import FILE, PROVIDER, driver_for
from prodwright.gate.dynamic.ground import Ground, ground_for, plant
from prodwright.gate.dynamic.hostile_kinds import SEVERITIES, TRIED, hazard_of
from prodwright.gate.dynamic.planted_boundaries import CODE, DEFECTS, TESTS, missed

NAME = "fuzz"
_TRIED = "tried"
_NOT_REACHED = (
    "slow bodies, half-closed connections, and lengths that differ from what is sent: "
    "they are the server's to refuse, and none runs here"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzStage:
    """Puts hostile input where tests put theirs.

    Attributes:
        toolbox: For running them.
        scope: Paths of files and folders under test, as in `Source.path`; empty: all
            of the project.
        budget_seconds: For all of it together.
    """

    toolbox: Toolbox
    scope: tuple[str, ...]
    budget_seconds: float

    def judge(self, candidate: Candidate) -> StageResult:
        """Return what hostile input brings about.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        prefix = f"{candidate.folder}/" if candidate.folder else ""
        driver = driver_for(candidate, prefix)
        ground = ground_for(
            NAME, self.toolbox, candidate, self.scope, brings_tests=bool(driver)
        )
        if isinstance(ground, StageResult):
            return ground
        return self._judged(candidate, ground, driver)

    def _judged(self, candidate: Candidate, ground: Ground, driver: str) -> StageResult:
        started = time.monotonic()
        folder = self.toolbox.copy(candidate.tree, NAME) / candidate.folder
        tests = [*ground.tests, *_written(folder, driver)]
        plot = plant(folder, tests[0], CODE, TESTS)
        runs = FuzzRuns(
            sandbox=ground.sandbox,
            environment=ground.environment,
            budget_seconds=self.budget_seconds,
        )
        code = [each for each in ground.code if each != PROVIDER]
        # First in line: a control that the time ran out for would prove nothing.
        told, failure = runs.run(folder, [plot.tests, *tests], [plot.code, *code])
        unseen = missed(plot, told)
        own = [each for each in told if not plot.is_of(each.test)]
        findings = tuple(_findings(candidate, ground.prefix, own))
        planted = len(DEFECTS) + 1
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


def _written(folder: Path, driver: str) -> list[str]:
    if not driver:
        return []
    (folder / FILE).unlink(missing_ok=True)  # it may lead out of the copy
    (folder / FILE).write_text(driver, encoding="utf-8")
    return [FILE]


def _findings(
    candidate: Candidate, prefix: str, boundaries: Iterable[TriedBoundary]
) -> Iterator[Finding]:
    """One finding for each thing that is wrong at one place."""
    lines = {e.path: e.text.splitlines() for e in candidate.after.sources}
    known: set[tuple[str, str, str]] = set()
    for boundary in boundaries:
        for each in boundary.sightings:
            path = f"{prefix}{each.path or boundary.path or _somewhere(lines, prefix)}"
            if path not in lines:
                continue
            text = lines[path]
            excerpt = text[each.line - 1].strip() if each.line <= len(text) else ""
            # Without a line of its own, it is the boundary that tells them apart.
            place = (each.kind, path, excerpt or boundary.operation)
            if place not in known:
                known.add(place)
                found = _finding(path, boundary, each)
                yield replace(found, excerpt=excerpt, fingerprint=" ".join(place))


def _somewhere(lines: Iterable[str], prefix: str) -> str:
    """A finding stands in a file, even where nobody knows in which."""
    own = sorted(each for each in lines if each.startswith(prefix))
    return own[0].removeprefix(prefix) if own else ""


def _finding(path: str, boundary: TriedBoundary, each: HostileSighting) -> Finding:
    hazard, practice = hazard_of(each.kind)
    return Finding(
        path=path,
        line=each.line,
        column=1,
        end_line=each.line,
        hazard=hazard,
        practice=practice,
        severity=SEVERITIES[each.level],
        message=f"{boundary.operation}, {each.case}: {each.kind}: {each.says}",
        stage=NAME,
        replay=_replay(path, boundary, each),
    )


def _replay(path: str, boundary: TriedBoundary, each: HostileSighting) -> str:
    if boundary.test.startswith(FILE):  # it is ours, and stands in no tree
        return shlex.join(["prodwright", "prove", "--stage", NAME, path])
    words = ["python", "-m", "pytest", boundary.test]  # may be called anything
    case = f"{boundary.operation}~{each.case}"
    return shlex.join([*words, "--prodwright-hostile", case])


def _outcome(
    findings: Sequence[Finding],
    boundaries: Sequence[TriedBoundary],
    control: Control,
    failure: str,
) -> Outcome:
    if any(each.severity > Severity.NOTE for each in findings):
        return Outcome.FAILED
    if failure or not control.holds:
        return Outcome.UNJUDGED
    states = {each.state for each in boundaries}
    if any(each.state == _TRIED and each.requests for each in boundaries):
        return Outcome.PASSED
    return Outcome.UNJUDGED if states else Outcome.NOT_APPLICABLE


def _reason(boundaries: Sequence[TriedBoundary], control: Control, failure: str) -> str:
    if failure:
        return "the run broke off"
    if not control.holds:
        return f"planted boundaries were judged wrongly: {', '.join(control.missed)}"
    tried = [each for each in boundaries if each.state == _TRIED]
    if not tried:
        return "no test comes to an application, a parser or a command"
    requests = sum(each.requests for each in tried)
    places = len({each.operation for each in tried})
    told = f"{requests} hostile inputs at {places} boundaries"
    left = sum(each.left for each in tried)
    told = f"{told}; for {left} there was no time" if left else told
    silent = sum(each.state != _TRIED for each in boundaries)
    return f"{told}; {silent} tests or boundaries show nothing" if silent else told


def _details(boundaries: Sequence[TriedBoundary], failure: str) -> dict[str, str]:
    tried = [each for each in boundaries if each.state == _TRIED]
    details = {
        "boundaries": str(len({each.operation for each in tried})),
        "inputs": str(sum(each.requests for each in tried)),
        "tried": _lines(f"{each.operation}: {each.requests}" for each in tried),
        "not tried": _lines(
            f"{each.operation}: {each.left} inputs {each.why}".rstrip()
            for each in tried
            if each.left
        ),
        "not judged": _lines(
            f"{each.operation or each.test}: {each.why}"
            for each in boundaries
            if each.state != _TRIED
        ),
        "not reached": _NOT_REACHED if tried else "",
        "output": failure,
    }
    return {name: value for name, value in details.items() if value}


def _lines(values: Iterable[str]) -> str:
    return "\n".join(sorted(set(values))[:200])


def _exhibits(boundaries: Sequence[TriedBoundary], prefix: str) -> Iterator[Exhibit]:
    """A module is shown by what its boundaries made of everything they were given."""
    modules = sorted({e.path for e in boundaries if e.path and e.requests})
    for path in modules:
        own = [each for each in boundaries if each.path == path]
        if any(each.left or each.state != _TRIED for each in own):
            continue
        broken = {
            hazard_of(sighting.kind)[1]
            for each in boundaries
            for sighting in each.sightings
            if path in (each.path, sighting.path)
        }
        count = sum(each.requests for each in own)
        for practice in TRIED:
            if practice not in broken:
                yield Exhibit(
                    practice=practice,
                    module=f"{prefix}{path}",
                    standing=Standing.CHECKED,
                    reason=f"{count} hostile inputs, and none had that effect",
                )
