"""What a repository says about its runs is believed only as far as we wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prodwright.core.errors import PathRefused, RunUnfit
from prodwright.runs import RunFolder, RunRecord, list_runs

RECORD = {
    "id": "one",
    "door": "harden",
    "created_at": "2026-01-02T03:04:05+00:00",
    "request": "x",
}


def write(root: Path, text: str) -> RunFolder:
    folder = RunFolder(root, "one")
    folder.path.mkdir(parents=True)
    (folder.path / "run.json").write_text(text)
    return folder


def test_a_record_is_read_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, "one")
    record = RunRecord(id="one", door="harden", created_at="2026-01-02", request="x")
    folder.create(record)

    assert folder.record() == record
    assert list_runs(tmp_path) == (folder,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "two"},
        {"door": "back"},
        {"door": []},
        {"creates": "everything"},
        {"base": "--help"},
        {"branch": 5},
        {"branch": "--orphan"},
        {"branch": "main\x1b[2J"},
        {"created_at": "yesterday"},
        {"options": "python"},
        {"surprise": 1},
    ],
)
def test_a_record_that_we_cannot_have_written_is_refused(
    tmp_path: Path, wrong: dict[str, object]
) -> None:
    folder = write(tmp_path, json.dumps({**RECORD, **wrong}))

    with pytest.raises(RunUnfit, match="run one is damaged"):
        folder.record()


def test_a_run_whose_name_we_cannot_have_made_is_refused(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, "one;reboot")
    folder.path.mkdir(parents=True)
    record = {**RECORD, "id": "one;reboot"}
    (folder.path / "run.json").write_text(json.dumps(record))

    with pytest.raises(RunUnfit, match="is damaged"):
        folder.record()


@pytest.mark.parametrize("text", ["", "[1]", "\x00", "null"])
def test_a_record_that_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RunUnfit, match="run one is damaged"):
        write(tmp_path, text).record()


@pytest.mark.parametrize("place", [".prodwright", ".prodwright/runs"])
def test_runs_are_not_kept_behind_a_symbolic_link(tmp_path: Path, place: str) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / place).parent.mkdir(parents=True)
    (root / place).symlink_to(elsewhere)

    with pytest.raises(PathRefused, match="is a symbolic link"):
        RunFolder(root, "one").create(RunRecord(**RECORD))  # type: ignore[arg-type]

    assert list(elsewhere.iterdir()) == []
