"""The time of a run goes on counting where the process before ended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from prodwright.core.errors import RunUnfit
from prodwright.runs.clock import RunClock


def test_it_counts_on_where_the_process_before_ended(tmp_path: Path) -> None:
    now = [100.0]
    file = tmp_path / "clock.json"
    first = RunClock(file, lambda: now[0])
    with first.kept():
        now[0] = 130.0
    now[0] = 500.0

    second = RunClock(file, lambda: now[0])
    now[0] = 507.0

    assert second.seconds() == 37.0


def test_a_kill_takes_little_along(tmp_path: Path) -> None:
    now = [0.0]
    file = tmp_path / "clock.json"
    with RunClock(file, lambda: now[0]).kept(every_seconds=0.01):
        now[0] = 9.0
        until = time.monotonic() + 5
        while not file.exists() or file.read_text() != "9.0":
            assert time.monotonic() < until
            time.sleep(0.005)


def test_an_error_is_no_reason_not_to_keep_it(tmp_path: Path) -> None:
    times = iter([0.0, 0.0])
    file = tmp_path / "clock.json"
    clock = RunClock(file, lambda: next(times, 3.0))

    with pytest.raises(ZeroDivisionError), clock.kept():
        _ = 1 / 0

    assert RunClock(file).seconds() >= 3.0


def test_a_disk_that_refuses_does_not_hide_what_happens(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("no folder")

    with RunClock(tmp_path / "folder" / "clock.json").kept():
        pass


@pytest.mark.parametrize(
    "content", [b"", b"-1", b"NaN", b"1e999", b'"x"', b"[]", b"[" * 9_999, b"\xff"]
)
def test_what_is_no_time_is_told_as_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clock.json").write_bytes(content)

    with pytest.raises(RunUnfit, match="damaged"):
        RunClock(tmp_path / "clock.json").kept().__enter__()
