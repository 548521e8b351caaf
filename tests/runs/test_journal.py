"""The journal remembers what was done, and survives how it was left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prodwright.core.brief import Change, CommittedStep, Delivery
from prodwright.core.errors import RunUnfit, StorageFailed
from prodwright.runs import FileJournal
from tests_support import Quiet

CHANGE = Change(
    base="a" * 40,
    head="b" * 40,
    steps=(CommittedStep(title="Do it", commit="b" * 40),),
    dropped=("x",),
)


def journal(path: Path) -> FileJournal:
    return FileJournal(path / "journal.jsonl", Quiet())


def test_a_result_is_read_back_as_it_was(tmp_path: Path) -> None:
    journal(tmp_path).step("engineer-1", Change, lambda: CHANGE)

    assert journal(tmp_path).recorded("engineer-1", Change) == CHANGE


def test_work_that_is_recorded_is_not_done_again(tmp_path: Path) -> None:
    calls: list[str] = []

    def work() -> str:
        calls.append("done")
        return "result"

    journal(tmp_path).step("once", str, work)

    assert journal(tmp_path).step("once", str, work) == "result"
    assert calls == ["done"]


def test_a_line_cut_off_by_a_crash_counts_as_undone(tmp_path: Path) -> None:
    first = journal(tmp_path)
    first.step("one", str, lambda: "1")
    first.step("two", str, lambda: "2")
    file = tmp_path / "journal.jsonl"
    file.write_bytes(file.read_bytes()[:-4])

    again = journal(tmp_path)

    assert again.has("one")
    assert not again.has("two")
    assert again.step("two", str, lambda: "new") == "new"
    assert journal(tmp_path).recorded("two", str) == "new"


def test_damage_in_the_middle_is_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text('{"step": "one"\n{"step": "two", "result": 1}\n')

    with pytest.raises(RunUnfit, match="the journal is damaged"):
        journal(tmp_path)


def test_a_full_disk_leaves_the_step_undone(tmp_path: Path) -> None:
    written = journal(tmp_path)
    (tmp_path / "journal.jsonl").symlink_to("/dev/full")

    with pytest.raises(StorageFailed, match="no space left"):
        written.step("one", str, lambda: "1")
    assert not written.has("one")


def test_the_latest_step_of_a_kind_is_found(tmp_path: Path) -> None:
    written = journal(tmp_path)
    written.step("engineer-1", str, lambda: "first")
    written.step("engineer-2", str, lambda: "second")

    assert written.latest("engineer-", str) == "second"


def test_reading_does_not_touch_a_line_that_is_being_written(tmp_path: Path) -> None:
    journal(tmp_path).step("one", str, lambda: "1")
    file = tmp_path / "journal.jsonl"
    half = file.read_bytes() + b'{"step": "tw'
    file.write_bytes(half)

    journal(tmp_path)

    assert file.read_bytes() == half


def test_a_result_of_another_shape_is_named(tmp_path: Path) -> None:
    journal(tmp_path).step("engineer-1", str, lambda: "text")

    with pytest.raises(RunUnfit, match="step engineer-1"):
        journal(tmp_path).recorded("engineer-1", Change)


def test_a_forged_ending_is_told_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    forged = {"branch": "", "head": "b" * 40, "stop_reason": "perfect", "report": ""}
    line = {"step": "deliver", "seconds": 0.1, "result": forged}
    path.write_text(json.dumps(line) + "\n")

    with pytest.raises(RunUnfit, match="the journal is damaged"):
        journal(tmp_path).recorded("deliver", Delivery)


def test_a_step_whose_name_is_no_text_is_told_as_damage(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"step": 5, "result": 5}\n')

    with pytest.raises(RunUnfit, match="name is no text"):
        journal(tmp_path)
