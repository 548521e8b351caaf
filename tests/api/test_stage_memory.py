"""A tree's hash tells it from any other, and a kept result from one that is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from prodwright.api.stage_memory import StageMemory, tree_digest
from prodwright.core.judgement import Control, Outcome, StageResult


def tree(place: Path) -> Path:
    (place / "pkg").mkdir(parents=True)
    (place / "pkg" / "a.py").write_text("x = 1\n")
    (place / "link").symlink_to("pkg/a.py")
    return place


def test_a_copy_has_the_same_hash(tmp_path: Path) -> None:
    assert tree_digest(tree(tmp_path / "a")) == tree_digest(tree(tmp_path / "b"))


@pytest.mark.parametrize(
    "command",
    [
        "echo 'x = 2' > pkg/a.py",
        "mv pkg/a.py pkg/b.py",
        "chmod 700 pkg/a.py",
        "ln -sf pkg link",
        "touch pkg/__init__.py",
    ],
)
def test_any_change_changes_the_hash(tmp_path: Path, command: str) -> None:
    place = tree(tmp_path / "a")
    before = tree_digest(place)

    os.system(f"cd {place} && {command}")  # noqa: S605 - what a person does

    assert tree_digest(place) != before


def test_what_is_left_out_does_not_count(tmp_path: Path) -> None:
    place = tree(tmp_path / "a")
    before = tree_digest(place)
    (place / ".git").mkdir()
    (place / ".git" / "index").write_text("x")

    assert tree_digest(place) == before


def result(outcome: Outcome) -> StageResult:
    control = Control(planted=1, caught=1)
    return StageResult(stage="faults", outcome=outcome, reason="said", control=control)


def test_what_could_not_be_judged_is_tried_again(tmp_path: Path) -> None:
    memory = StageMemory(folder=tmp_path, inputs="a", reusable=("faults",))
    memory.result("faults", lambda: result(Outcome.UNJUDGED))

    assert memory.result("faults", lambda: result(Outcome.PASSED)).reason == "said"
    kept = memory.result("faults", lambda: result(Outcome.FAILED))
    assert kept.outcome is Outcome.PASSED
    assert kept.reason == "said (reused: same inputs)"


def test_other_inputs_and_other_stages_are_not_reused(tmp_path: Path) -> None:
    memory = StageMemory(folder=tmp_path, inputs="a", reusable=("faults",))
    other = StageMemory(folder=tmp_path, inputs="b", reusable=("faults",))
    for name in ("faults", "supply"):
        memory.result(name, lambda: result(Outcome.PASSED))

    for each, name in ((other, "faults"), (memory, "supply")):
        told = each.result(name, lambda: result(Outcome.FAILED))
        assert told.outcome is Outcome.FAILED


def test_a_damaged_record_is_judged_anew(tmp_path: Path) -> None:
    memory = StageMemory(folder=tmp_path, inputs="a", reusable=("faults",))
    memory.result("faults", lambda: result(Outcome.PASSED))
    for each in tmp_path.iterdir():
        each.write_text("{")

    told = memory.result("faults", lambda: result(Outcome.FAILED))
    assert told.outcome is Outcome.FAILED
