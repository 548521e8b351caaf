"""Opinions of a model: only with quotes that stand in the code, and only if it sees."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fakes.models import saying
from prodwright.analysis import Project, Source
from prodwright.core.conversation import Reply, ToolSpec
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate
from prodwright.gate.opinions import opinions_in
from prodwright.gate.stages.judged import JudgedStage

CODE = "CACHE = {}\n\n\ndef load(key):\n    return CACHE.setdefault(key, read(key))\n"
SEEN = {
    "practice": "memory",
    "verdict": "breaks",
    "reason": "unbounded",
    "quotes": ["CACHE[country] = answer.read()"],
}
OPINION = {**SEEN, "quotes": ["return CACHE.setdefault(key, read(key))"]}


@dataclass
class Judging:
    """Says one thing of the planted module, and another of the real one."""

    planted: list[dict[str, Any] | str]
    real: list[dict[str, Any] | str]
    told: list[str] = field(default_factory=list)

    def __call__(
        self, instructions: str, told: str, tools: Sequence[ToolSpec]
    ) -> Reply | None:
        self.told.append(told)
        calls = self.planted if len(self.told) == 1 else self.real
        return saying("", *[("judge", each) for each in calls])


def judged(ask: Any, changed: tuple[str, ...] = ("shop.py",)) -> Any:
    project = Project(sources=(Source(path="shop.py", text=CODE),))
    candidate = Candidate(
        tree=Path(),
        base=Path(),
        folder="",
        after=project,
        before=Project(sources=()),
        changed=changed,
        profile=Profile(),
    )
    stage = JudgedStage(
        ask=ask, practices=("memory",), guidance=lambda _: "Bound it.", model="m:1"
    )
    return stage.judge(candidate)


def test_an_opinion_with_a_quote_that_stands_there_is_a_note() -> None:
    result = judged(Judging([SEEN], [OPINION]))

    assert result.outcome is Outcome.PASSED
    assert [each.severity for each in result.findings] == [Severity.NOTE]
    assert opinions_in(result) == {("memory", "shop.py"): ("breaks", "unbounded")}


@pytest.mark.parametrize(
    "said",
    [
        {**OPINION, "quotes": ["import pickle, everywhere"]},
        {**OPINION, "quotes": []},
        {**OPINION, "quotes": ["CACHE"]},
        {**OPINION, "verdict": "unsure"},
        {**OPINION, "verdict": "proven"},
        {**OPINION, "practice": "magic"},
        {**OPINION, "sudo": True},
        "{",
    ],
    ids=range(8),
)
def test_any_other_opinion_is_dropped(said: dict[str, Any] | str) -> None:
    result = judged(Judging([SEEN], [said]))

    assert result.findings == ()
    assert json.loads(result.details["judged"]) == []


@pytest.mark.parametrize(
    "planted", [[], [{**SEEN, "verdict": "keeps"}], [{**SEEN, "quotes": ["x" * 20]}]]
)
def test_a_model_that_misses_the_planted_defect_is_not_heard(
    planted: list[dict[str, Any] | str],
) -> None:
    ask = Judging(planted, [OPINION])

    result = judged(ask)

    assert result.outcome is Outcome.NOT_APPLICABLE
    assert len(ask.told) == 1


def test_a_limit_that_is_reached_leaves_no_opinion() -> None:
    result = judged(lambda *_: None)

    assert result.outcome is Outcome.NOT_APPLICABLE
    assert opinions_in(None) == {}


def test_nothing_is_asked_about_what_did_not_change() -> None:
    ask = Judging([SEEN], [OPINION])

    assert judged(ask, changed=()).outcome is Outcome.NOT_APPLICABLE
    assert ask.told == []
