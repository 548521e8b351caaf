"""A phase of which nothing new comes is noticed, and ended with the reason."""

from __future__ import annotations

from itertools import pairwise

from fakes.models import calling, saying
from prodwright.core.conversation import CallResult, Reply
from prodwright.engineer.model.stalling import Progress

READ = calling("read_file", path="a.py")
EDIT = calling("edit_file", path="a.py")


def told(reply: Reply, content: str = "done") -> list[CallResult]:
    return [CallResult(id=e.id, name=e.name, content=content) for e in reply.calls]


def test_edits_that_go_back_and_forth_end_the_phase_whatever_comes_between() -> None:
    progress = Progress()
    trees = ["one", "two", "one", "two", "one"]
    seen = []
    for start, tree in pairwise(trees):
        seen.append(progress.heed(EDIT, told(EDIT), start, tree)[-1].content)
        progress.heed(READ, told(READ, f"looked at {len(seen)}"), tree, tree)

    assert ["undoes an earlier edit" in each for each in seen] == [
        False,
        True,
        True,
        True,
    ]
    assert progress.stalled == "the model undoes its own edits"


def test_one_step_back_is_no_stall() -> None:
    progress = Progress()
    progress.heed(EDIT, told(EDIT), "one", "two")
    progress.heed(EDIT, told(EDIT), "two", "one")
    progress.heed(EDIT, told(EDIT), "one", "three")

    assert progress.stalled == ""


def test_the_same_look_again_after_an_edit_is_no_repetition() -> None:
    progress = Progress()
    for tree in ("one", "two", "three", "four", "five"):
        progress.heed(EDIT, told(EDIT), tree, f"{tree}+")
        progress.heed(READ, told(READ), f"{tree}+", f"{tree}+")

    assert progress.stalled == ""


def test_repetition_ends_the_phase_and_a_word_ends_repetition() -> None:
    progress = Progress()
    for _ in range(4):
        progress.heed(READ, told(READ), "one", "one")

    assert progress.stalled == "the model repeats itself"
    progress.heed(saying("Well."), [], "one", "one")
    assert progress.stalled == ""
