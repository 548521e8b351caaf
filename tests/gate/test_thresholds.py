"""A bar that a change lowers for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.analysis import Project, Source
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate
from prodwright.gate.thresholds import lowered_thresholds

SOME = Project(sources=(Source(path="a.py", text=""),))


def lowered(folder: Path, path: str, before: str | None, after: str) -> list[str]:
    for name, text in (("base", before), ("tree", after)):
        file = folder / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            file.write_text(text)
    candidate = Candidate(
        tree=folder / "tree",
        base=folder / "base",
        folder="",
        after=SOME,
        before=SOME,
        changed=(path,),
        profile=Profile(),
    )
    return [each.message for each in lowered_thresholds(candidate)]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("fail_under = 90", "fail_under = 80", ["fail_under was 90 and is 80"]),
        ("fail_under = 90", "", ["fail_under was 90 and is 0"]),
        ("fail_under = 90", "fail_under = 95", []),
        ("max-complexity = 8", "max-complexity = 12", ["max-complexity was 8 and"]),
        ("max-complexity = 8", "max-complexity = 6", []),
        (None, "fail_under = 10", []),
    ],
)
def test_a_threshold_may_only_become_stricter(
    tmp_path: Path, before: str | None, after: str, told: list[str]
) -> None:
    found = lowered(tmp_path, "pyproject.toml", before, after)

    assert len(found) == len(told)
    assert all(each.startswith(start) for each, start in zip(found, told, strict=True))


def test_an_edited_pipeline_is_named_and_a_new_one_is_not(tmp_path: Path) -> None:
    path = ".github/workflows/test.yml"

    assert lowered(tmp_path / "a", path, "on: push", "on: never") == [
        "the change edits CI"
    ]
    assert lowered(tmp_path / "b", path, None, "on: push") == []


def test_other_files_have_no_thresholds(tmp_path: Path) -> None:
    assert lowered(tmp_path, "notes.txt", "fail_under = 90", "fail_under = 1") == []
