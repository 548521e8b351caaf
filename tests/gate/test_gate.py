"""The stages, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from prodwright.analysis import Project
from prodwright.core.judgement import Control, Outcome, StageResult
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate
from prodwright.gate.gate import Gate

NOTHING = Candidate(
    tree=Path(),
    base=Path(),
    folder="",
    after=Project(sources=()),
    before=Project(sources=()),
    changed=(),
    profile=Profile(),
)


@dataclass(frozen=True)
class Scripted:
    """A stage that ends as it is told."""

    outcome: Outcome

    def judge(self, candidate: Candidate) -> StageResult:
        control = Control(planted=1, caught=1)
        return StageResult(
            stage="scripted", outcome=self.outcome, reason="told so", control=control
        )


@dataclass
class Watch:
    seen: list[str] = field(default_factory=list)

    def __call__(self, name: str, work: Callable[[], StageResult]) -> StageResult:
        self.seen.append(name)
        return work()


def outcomes(*scripts: Outcome) -> tuple[list[Outcome], list[str]]:
    watch = Watch()
    stages = [(f"stage {n}", Scripted(each)) for n, each in enumerate(scripts)]
    results = Gate(stages=stages, watch=watch).judge(NOTHING)
    return [each.outcome for each in results], watch.seen


def test_every_stage_is_watched_in_its_order() -> None:
    every = (Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.PASSED)

    assert outcomes(*every) == ([*every], ["stage 0", "stage 1", "stage 2"])


def test_a_failed_stage_spares_those_after_it() -> None:
    seen, watched = outcomes(Outcome.PASSED, Outcome.FAILED, Outcome.PASSED)

    assert seen == [Outcome.PASSED, Outcome.FAILED]
    assert watched == ["stage 0", "stage 1"]


def test_a_stage_that_could_not_judge_spares_none() -> None:
    seen, _ = outcomes(Outcome.UNJUDGED, Outcome.PASSED)

    assert seen == [Outcome.UNJUDGED, Outcome.PASSED]
