"""How a run goes on, for a log and for a terminal."""

from __future__ import annotations

import pytest

from prodwright.cli.progress import (
    LiveProgress,
    PlainProgress,
    StepProgress,
    progress_for_stderr,
)
from prodwright.delivery.terminal import Style

PLAIN = Style(coloured=False)


def go_through(progress: StepProgress) -> None:
    progress.note("too early")
    progress.trying("too early")
    for step in ("intake", "tests"):
        progress.started(step)
        progress.note(f"[bold]busy with {step}\x1b[2J")
        progress.trying("3 done, last: [red]a::b\x1b[2J")
        progress.trying("4 done, last: a::c")
        progress.finished(step, 1.25, "failed: 2 tests\x1b[2J")
    progress.finished("late", 0.0, "")
    progress.show(["brief:", "  [red]a shop\x1b[2J"])
    progress.close()


@pytest.mark.parametrize("kind", [PlainProgress, LiveProgress])
def test_every_step_leaves_one_line(
    kind: type[PlainProgress] | type[LiveProgress], capsys: pytest.CaptureFixture[str]
) -> None:
    go_through(kind(PLAIN))

    seen = capsys.readouterr()
    lines = [line.rstrip() for line in seen.err.splitlines() if line.strip()]
    assert seen.out == ""
    assert "failed   intake                1.2 s  2 tests\ufffd[2J" in lines
    assert sum("tests" in line and "1.2 s" in line for line in lines) == 2
    assert any(line.startswith("done     late") for line in lines)
    assert lines[-2:] == ["brief:", "  [red]a shop\ufffd[2J"]


def test_what_is_tried_stands_behind_the_step_and_is_replaced() -> None:
    progress = LiveProgress(Style(coloured=True))
    progress.started("faults")
    progress.note("tries this and that")
    for name in ("one", "two\x1b[2J"):
        progress.trying(name)

    [task] = progress._display.tasks
    progress.close()

    assert task.description == "faults - two\ufffd[2J"


def test_a_note_stands_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    PlainProgress(PLAIN).note("installing")

    assert capsys.readouterr().err == "...    installing\n"


def test_what_is_no_terminal_gets_plain_lines() -> None:
    assert isinstance(progress_for_stderr(), PlainProgress)
