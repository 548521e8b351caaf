from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.gate.yardsticks import edited_yardsticks

DEEP = "[" * 5_000 + "]" * 5_000


@pytest.mark.parametrize(
    ("name", "text"),
    [("pyproject.toml", f"a = {DEEP}"), ("pyrightconfig.json", DEEP)],
)
def test_settings_nested_without_end_are_told_as_unreadable(
    tmp_path: Path, name: str, text: str
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, content in ((before, ""), (after, text)):
        folder.mkdir()
        (folder / name).write_text(content or ("{}" if ".json" in name else ""))
    told = "the change leaves settings that cannot be read"
    assert list(edited_yardsticks(before, after, name)) == [told]
