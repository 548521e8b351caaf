"""Are the tests still worth what they were, and can the new ones fail at all?"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.files import is_inside
from prodwright.adapters.red_first_runs import MutantVerdict, RedFirst
from prodwright.analysis import Project, Source
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.controls import blind_hazards
from prodwright.gate.tampering import tampering
from prodwright.gate.thresholds import lowered_thresholds
from prodwright.kit import Hazard
from prodwright.kit.judging import judge_change

NAME = "integrity"
MUTANTS_PER_TEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityStage:
    """Compares the tests with the base, and tries new ones on mutants.

    Attributes:
        toolbox: For running them.
        hazards: Those that judge a change.
        replay: Command that judges the same again.
        trial_seconds: For trying new tests, all together.
    """

    toolbox: Toolbox
    hazards: tuple[Hazard, ...]
    replay: str = ""
    trial_seconds: float = 300.0

    def judge(self, candidate: Candidate) -> StageResult:
        """Return weakened tests, lowered thresholds and new tests that cannot fail.

        Raises:
            SandboxUnavailable: The tests cannot be run in isolation.
        """
        started = time.monotonic()
        weakened = self._weakened(candidate)
        missed = blind_hazards(self.hazards)
        new = new_tests(candidate.before, candidate.after)
        tried = self._tried(candidate, new) if new else _Tried((), caught=True)
        vacuous = [*_vacuous(candidate, tried.verdicts, new)]
        planted = len(self.hazards) + bool(new)
        caught = planted - len(missed) - (not tried.caught)
        findings = (*weakened, *vacuous)
        control = Control(planted=planted, caught=caught, missed=missed)
        return StageResult(
            stage=NAME,
            outcome=_outcome(findings, tried, control),
            reason=_reason(tried, new, weakened),
            control=control,
            findings=findings,
            seconds=time.monotonic() - started,
            replay=self.replay,
            details=_details(tried),
            isolation=tried.isolation,
        )

    def _weakened(self, candidate: Candidate) -> list[Finding]:
        """Compare with the base and, when tests came first, with those too."""
        found = judge_change(candidate.before, candidate.after, self.hazards)
        if candidate.pledged is not None:
            found += judge_change(candidate.pledged, candidate.after, self.hazards)
        found += [*lowered_thresholds(candidate), *tampering(candidate)]
        return list({each.fingerprint: each for each in found}.values())

    def _tried(self, candidate: Candidate, new: dict[str, list[str]]) -> _Tried:
        environment = self.toolbox.environment()
        if environment is None:
            return _Tried((), caught=False, failure="no environment was found")
        sandbox = self.toolbox.sandbox()
        runner = RedFirst(
            sandbox=sandbox,
            environment=environment,
            mutants_per_test=MUTANTS_PER_TEST,
            deadline_seconds=self.trial_seconds,
        )
        folder = self.toolbox.copy(candidate.tree, "red-first") / candidate.folder
        prefix = f"{candidate.folder}/" if candidate.folder else ""
        tests = [path.removeprefix(prefix) for path in new]
        control = _plant(folder, tests[0])
        # First in line: a control that the time ran out for would prove nothing.
        verdicts, broken = runner.run(folder, [control, *tests], _code(candidate))
        planted = [each for each in verdicts if each.test.startswith(control)]
        others = tuple(each for each in verdicts if not each.test.startswith(control))
        caught = bool(planted) and all(each.verdict == "green" for each in planted)
        every = (*others, *_unreported(others, new, prefix))
        failure = f"the trial broke off\n{broken}" if broken else ""
        failure = failure or ("" if others else "nothing was reported")
        return _Tried(every, caught, failure, sandbox.isolation)


@dataclass(frozen=True, slots=True)
class _Tried:
    verdicts: tuple[MutantVerdict, ...]
    caught: bool
    failure: str = ""
    isolation: str = ""

    def count(self, verdict: str) -> int:
        return sum(each.verdict == verdict for each in self.verdicts)


def new_tests(before: Project, after: Project) -> dict[str, list[str]]:
    """Return the names of tests that `before` does not have, by path."""
    known = {
        (source.path, name) for source in before.sources for name in _tests(source)
    }
    found = {
        source.path: [
            name for name in _tests(source) if (source.path, name) not in known
        ]
        for source in after.sources
        if source.is_test
    }
    return {path: names for path, names in found.items() if names}


def _tests(source: Source) -> Iterator[str]:
    if source.is_test:
        names = (each.name for each in source.functions())
        yield from (name for name in names if name.startswith("test"))


def _unreported(
    verdicts: Sequence[MutantVerdict], new: dict[str, list[str]], prefix: str
) -> Iterator[MutantVerdict]:
    """A test that nothing is heard of is not one that passed."""
    heard = {_function(each) for each in verdicts}
    for place, names in new.items():
        path = place.removeprefix(prefix)
        for name in names:
            if (path, name) not in heard:
                test = f"{path}::{name}"
                why = "no verdict was reported"
                yield MutantVerdict(test=test, verdict="unjudged", why=why)


def _code(candidate: Candidate) -> list[str]:
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    return sorted(
        source.path.removeprefix(prefix)
        for source in candidate.after.sources
        if not (source.is_test or source.is_aside)
    )


def _plant(folder: Path, beside: str) -> str:
    """Write a test that asserts nothing about the code; it must come out green."""
    name = f"test_{secrets.token_hex(8)}"
    place = (folder / beside).parent
    # The code under test must not lead us out of the copy.
    file = (place if is_inside(place, folder) else folder) / f"{name}.py"
    text = f"def {name}() -> None:\n    assert len('vacuous') == 7\n"
    file.write_text(text, encoding="utf-8")
    return file.relative_to(folder).as_posix()


def _outcome(findings: tuple[Finding, ...], tried: _Tried, control: Control) -> Outcome:
    if any(each.severity > Severity.NOTE for each in findings):
        return Outcome.FAILED
    if tried.failure or not control.holds:
        return Outcome.UNJUDGED
    if tried.verdicts and not tried.count("red"):
        return Outcome.FAILED
    return Outcome.PASSED


def _reason(
    tried: _Tried, new: dict[str, list[str]], weakened: Sequence[Finding]
) -> str:
    counting = sum(each.severity > Severity.NOTE for each in weakened)
    told = f"{counting} weakenings"
    if counting < len(weakened):
        told += f", {len(weakened) - counting} allowed by the user"
    if not new:
        return f"{told}; no new tests"
    if tried.failure:
        return f"{told}; the new tests could not be tried on mutants"
    if not tried.caught:
        return f"{told}; the planted vacuous test was not told apart"
    counts = ", ".join(
        f"{tried.count(kind)} {kind}"
        for kind in ("red", "alike", "green", "skipped", "unjudged")
        if tried.count(kind)
    )
    return f"{told}; {len(tried.verdicts)} new tests tried on mutants: {counts}"


def _details(tried: _Tried) -> dict[str, str]:
    modules = {each.module for each in tried.verdicts if each.verdict == "red"}
    details = {"modules shown by red tests": "\n".join(sorted(modules))}
    unjudged = [e for e in tried.verdicts if e.verdict == "unjudged"]
    if unjudged:
        details["unjudged"] = "\n".join(f"{each.test}: {each.why}" for each in unjudged)
    return {**details, "output": tried.failure} if tried.failure else details


def _vacuous(
    candidate: Candidate, verdicts: tuple[MutantVerdict, ...], new: dict[str, list[str]]
) -> Iterator[Finding]:
    """A test that runs nothing of the project is vacuous; one that was merely never
    red counts as nothing, because automatic mutants do not change everything."""
    prefix = f"{candidate.folder}/" if candidate.folder else ""
    told = {_function(each) for each in verdicts if each.verdict == "red"}
    for each in verdicts:
        path, name = _function(each)
        place = f"{prefix}{path}"
        # A parametrised test counts as red when any of its cases is.
        if each.verdict != "green" or (path, name) in told:
            continue
        told.add((path, name))
        if name in new.get(place, []):
            yield _vacuous_test(candidate, place, name, each.tried)


def _vacuous_test(candidate: Candidate, place: str, name: str, tried: int) -> Finding:
    line = _line_of(candidate, place, name)
    never = f"{name} was red on none of {tried} mutants and counts as nothing"
    return Finding(
        path=place,
        line=line,
        column=1,
        end_line=line,
        hazard="vacuous-test",
        practice="unit-tests",
        severity=Severity.NOTE if tried else Severity.MEDIUM,
        message=never if tried else f"{name} uses none of the project's code",
        stage=NAME,
        fingerprint=f"vacuous-test {place} {name}",
    )


def _function(verdict: MutantVerdict) -> tuple[str, str]:
    path, _, rest = verdict.test.partition("::")
    return path, rest.rpartition("::")[2].partition("[")[0]


def _line_of(candidate: Candidate, path: str, name: str) -> int:
    for source in candidate.after.sources:
        if source.path == path:
            named = (each for each in source.functions() if each.name == name)
            return next((each.lineno for each in named), 1)
    return 1
