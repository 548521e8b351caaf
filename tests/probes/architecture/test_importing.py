"""Modules are imported first one after the other, as long as there is time."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from prodwright.probes.architecture.importing import tried_first


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return two modules, by name, of which one cannot be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))
    texts = {"importing_fine": "x = 1\n", "importing_broken": "import nothing_here\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)
    return {name: str(tmp_path / f"{name}.py") for name in texts}


def states(modules: dict[str, str], ends_at: float, part: int = 0) -> list[str]:
    parts = 1 if part == 0 else 2
    return [each["state"] for each in tried_first(modules, part, parts, ends_at)]


def test_each_is_tried_in_a_process_of_its_own(modules: dict[str, str]) -> None:
    assert states(modules, time.monotonic() + 60) == ["fine", "unjudged"]
    assert "importing_fine" not in sys.modules


def test_each_part_takes_its_share(modules: dict[str, str]) -> None:
    assert states(modules, time.monotonic() + 60, part=1) == ["unjudged"]


def test_what_there_was_no_time_for_is_told(modules: dict[str, str]) -> None:
    told = list(tried_first(modules, 0, 1, time.monotonic() - 1))

    assert [each["state"] for each in told] == ["unjudged", "unjudged"]
    assert {each["says"] for each in told} == {"the time ran out"}
