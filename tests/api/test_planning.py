"""Whose a plan is: the engineer's, accepted by a person, or a person's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes.models import calling
from fakes.scene import Scene
from prodwright.api.modelling import Building
from prodwright.core.plan import Plan
from prodwright.core.profile import Question
from prodwright.engineer.phases.context import opening
from tests_support import Repository

PLANNED = Plan(summary="Refunds.", tests=("one",))
OWN = replace(PLANNED, summary="Fees.", agreed="edited")
SUBMITTED = calling("submit_plan", summary="Refunds.", files=[], tests=["one"])


@dataclass
class Reader:
    """Reads plans and says what the test wants said, then nothing."""

    says: Sequence[str | Plan]
    read: list[Plan] = field(default_factory=list)

    def review(self, plan: Plan) -> str | Plan:
        self.read.append(plan)
        return self.says[len(self.read) - 1]

    def answer(self, question: Question) -> str | None:
        return None

    def tell(self, question: str) -> str | None:
        return None

    def allow(self, command: Sequence[str]) -> bool:
        return False

    def install(self, requirements: Sequence[str]) -> bool:
        return False


@pytest.fixture
def scene(repository: Repository, tmp_path: Path) -> Scene:
    git = repository({"a.py": "x = 1\n"})
    return Scene(git=git, home=tmp_path / "home", outside=tmp_path / "outside")


def planned(scene: Scene, person: Reader | None) -> Plan | None:
    scene.person = person
    return Building(studio=scene.studio([SUBMITTED] * 4)).intake().plan


def test_a_plan_that_nobody_reads_is_nobodys_word(scene: Scene) -> None:
    assert planned(scene, None) == PLANNED


def test_a_plan_that_somebody_accepts_is_told_apart(scene: Scene) -> None:
    assert planned(scene, Reader([""])) == replace(PLANNED, agreed="accepted")


def test_a_plan_that_somebody_edits_is_theirs(scene: Scene) -> None:
    assert planned(scene, Reader(["use cents", OWN])) == OWN


def test_a_plan_that_was_never_accepted_is_nobodys_word(scene: Scene) -> None:
    reader = Reader(["no", "still not", "not at all"])

    assert planned(scene, reader) == PLANNED
    assert len(reader.read) == 3


def test_the_engineer_is_told_whose_the_plan_is(scene: Scene) -> None:
    scene.person = Reader([OWN])
    brief = Building(studio=scene.studio([SUBMITTED])).intake()

    assert "as the user wrote it" in opening("Write.", brief, files=())
