"""The practices' own checks, each after it caught its planted defect."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import (
    Callable,
    Container,
    Iterable,
    Iterator,
    MutableMapping,
    Sequence,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from prodwright.analysis import Project, Source
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Outcome, StageResult
from prodwright.gate.controls import blind_hazards, control_of
from prodwright.kit import Hazard
from prodwright.kit.judging import judge

if TYPE_CHECKING:  # with all that a sandbox takes, which a review does without
    from prodwright.gate.candidate import Candidate

NAME = "static"
Blind = Callable[[tuple[Hazard, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticStage:
    """Judges a change: what was there before does not fail it.

    Attributes:
        hazards: Those to look for.
        fail_on: Findings below this severity do not fail the stage.
        replay: Command that judges the same again.
    """

    hazards: tuple[Hazard, ...]
    fail_on: Severity
    replay: str

    def judge(self, candidate: Candidate) -> StageResult:
        """Return everything found in the project after the change."""
        started = time.monotonic()
        before = judge(candidate.before, self.hazards)
        after = judge(candidate.after, self.hazards)
        broken = list(_broken(candidate))
        new = _new(before, after) + broken
        control = control_of(self.hazards, blind_hazards(self.hazards))
        told = f"{len(self.hazards)} hazards looked for in "
        told += f"{len(candidate.after.sources)} files: {len(after)} findings"
        compared = f", {len(before)} before, {len(new) - len(broken)} of them new"
        unread = candidate.after.unread
        told += compared if not candidate.is_new else ""
        told += f"; {len(unread)} files could not be read" if unread else ""
        return StageResult(
            stage=NAME,
            outcome=_outcome(new, self.fail_on),
            reason=told,
            control=control,
            findings=(*broken, *after),
            seconds=time.monotonic() - started,
            replay=self.replay,
            details={"unread": _listed(unread)} if unread else {},
        )


def _listed(unread: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{path}: {reason}" for path, reason in unread)


def _broken(candidate: Candidate) -> Iterator[Finding]:
    """A file that the change left unreadable runs nowhere; older ones are told only."""
    for path, reason in candidate.after.unread:
        if path in candidate.changed:
            yield Finding(
                path=path,
                line=1,
                column=1,
                end_line=1,
                hazard="unreadable-source",
                practice="clear-contracts",
                severity=Severity.CRITICAL,
                message=f"it cannot be read as Python: {reason}",
                fingerprint=f"unreadable-source {path}",
            )


def _new(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Mending one hazard changes lines that others stand on, so only counts tell.

    A hazard may give way to one of the same practice that is no worse: a bare
    `except` that was narrowed to `except Exception` is still generic.
    """
    known = Counter((each.hazard, each.path) for each in before)
    gone = Counter((each.hazard, each.path) for each in after)
    given_way = [each for each in before if not _taken(gone, each)]
    new = [each for each in after if not _taken(known, each)]
    return [each for each in new if not _gives_way(each, given_way)]


def _taken(counts: Counter[tuple[str, str]], finding: Finding) -> bool:
    """Take one of its kind out of `counts`; tell whether there was any."""
    there = counts[(finding.hazard, finding.path)] > 0
    counts[(finding.hazard, finding.path)] -= there
    return there


def _gives_way(finding: Finding, given_way: list[Finding]) -> bool:
    for old in given_way:
        same = (old.practice, old.path) == (finding.practice, finding.path)
        if same and old.severity >= finding.severity:
            given_way.remove(old)
            return True
    return False


class Focus(NamedTuple):
    """What is judged, and which findings nobody has to hear of again.

    Attributes:
        local: Paths of the files that are judged one by one; None: all are.
        before: What was found before the change that is judged.
        known: Fingerprints of further findings that are left out.
        remembered: What was found in each file alone, from an earlier review.
    """

    local: frozenset[str] | None = None
    before: Sequence[Finding] = ()
    known: frozenset[str] = frozenset()
    remembered: MutableMapping[Source, list[Finding]] | None = None

    def left(self, found: Iterable[Finding], there: Container[str]) -> list[Finding]:
        """Return those of `found` that are not known.

        Args:
            found: What is found now.
            there: Paths of all files that are there now.
        """
        new = _without(list(found), self.before, there)
        return [each for each in new if each.fingerprint not in self.known]


def judge_statically(
    project: Project,
    hazards: tuple[Hazard, ...],
    *,
    fail_on: Severity = Severity.LOW,
    focus: Focus | None = None,
    blind: Blind = blind_hazards,
    replay: str = "",
) -> StageResult:
    """Return what `hazards` find in `project`.

    Args:
        project: The code as it stands.
        hazards: Those to look for.
        fail_on: Findings below this severity do not fail the stage.
        focus: What is judged of it, and left out; None: everything is.
        blind: Returns the hazards that miss what was planted for them.
        replay: Command that judges the same again.
    """
    started = time.monotonic()
    focus = focus or Focus()
    every = judge(project, hazards, focus.local, focus.remembered)
    there = {each.path for each in (*project.sources, *project.texts)}
    found = focus.left(every, there)
    control = control_of(hazards, blind(hazards))
    return StageResult(
        stage=NAME,
        outcome=_outcome(found, fail_on),
        reason=f"{len(hazards)} hazards looked for in {len(project.sources)} files",
        control=control,
        findings=tuple(found),
        seconds=time.monotonic() - started,
        replay=replay,
    )


def _without(
    found: list[Finding], before: Sequence[Finding], there: Container[str]
) -> list[Finding]:
    """Leave out what was found before; a file that moved has taken it along."""
    known = {each.fingerprint for each in before}
    new = [each for each in found if each.fingerprint not in known]
    old = {each.path for each in before}
    moved = Counter(
        (each.hazard, each.excerpt) for each in before if each.path not in there
    )
    kept = []
    for finding in new:
        kind = (finding.hazard, finding.excerpt)
        if finding.path not in old and moved[kind] > 0:
            moved[kind] -= 1
        else:
            kept.append(finding)
    return kept


def _outcome(found: list[Finding], fail_on: Severity) -> Outcome:
    failing = any(each.severity >= fail_on for each in found)
    return Outcome.FAILED if failing else Outcome.PASSED
