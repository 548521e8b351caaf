"""The flow, with a scripted workshop in place of engineers and gates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.judgement import Control, Judgement, Outcome, StageResult
from prodwright.runs import FileJournal, run
from tests_support import Quiet

PASSED = StageResult(
    stage="static",
    outcome=Outcome.PASSED,
    reason="",
    control=Control(planted=1, caught=1),
)
ONE, TWO = "1" * 40, "2" * 40
FAILED = StageResult(
    stage="static",
    outcome=Outcome.FAILED,
    reason="",
    control=Control(planted=1, caught=1),
)


class ScriptedWorkshop:
    """Answers from a script and remembers what it was asked."""

    attempts = 3

    def __init__(
        self, heads: list[str], verdicts: list[StageResult | Exception]
    ) -> None:
        self.heads = heads
        self.verdicts = verdicts
        self.asked: list[str] = []

    def intake(self) -> Brief:
        self.asked.append("intake")
        return Brief(request="x", engineer="scripted", subject="")

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        self.asked.append(f"write after {len(earlier)}")
        return Change(base="0" * 40, head=self.heads.pop(0))

    def judge(self, brief: Brief, change: Change) -> Judgement:
        self.asked.append(f"judge {change.head}")
        verdict = self.verdicts.pop(0)
        if isinstance(verdict, Exception):
            raise verdict
        return Judgement(stages=(verdict,))

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        reason = "delivered" if judgement.passed else "gate-lost"
        return Delivery(branch="", head=change.head, stop_reason=reason, report="")


def journal(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "journal.jsonl", Quiet())


def test_a_change_that_passes_is_delivered_at_once(tmp_path: Path) -> None:
    workshop = ScriptedWorkshop([ONE], [PASSED])

    delivery = run(workshop, journal(tmp_path))

    assert (delivery.head, delivery.stop_reason) == (ONE, "delivered")
    assert workshop.asked == ["intake", "write after 0", f"judge {ONE}"]


def test_what_falls_short_goes_back_with_its_judgement(tmp_path: Path) -> None:
    workshop = ScriptedWorkshop([ONE, TWO], [FAILED, PASSED])

    delivery = run(workshop, journal(tmp_path))

    assert delivery.head == TWO
    assert "write after 1" in workshop.asked


def test_an_engineer_with_nothing_to_add_ends_the_run(tmp_path: Path) -> None:
    workshop = ScriptedWorkshop([ONE, ONE], [FAILED])

    delivery = run(workshop, journal(tmp_path))

    assert delivery.stop_reason == "gate-lost"
    assert workshop.asked[-1] == "write after 1"


def test_attempts_are_bounded(tmp_path: Path) -> None:
    workshop = ScriptedWorkshop(["1", "2", "3", "4"], [FAILED, FAILED, FAILED, PASSED])

    assert run(workshop, journal(tmp_path)).stop_reason == "gate-lost"
    assert workshop.heads == ["4"]


def test_a_crash_repeats_only_the_unfinished_step(tmp_path: Path) -> None:
    workshop = ScriptedWorkshop([ONE], [KeyError("crash"), PASSED])

    with pytest.raises(KeyError):
        run(workshop, journal(tmp_path))
    run(workshop, journal(tmp_path))

    assert workshop.asked == ["intake", "write after 0", f"judge {ONE}", f"judge {ONE}"]
