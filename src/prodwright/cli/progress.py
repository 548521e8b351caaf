"""How a run goes on, on standard error: live in a terminal, else plain lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from prodwright.cli.output import style_for
from prodwright.core.printing import printable
from prodwright.delivery.terminal import Style

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_NAME_WIDTH = 18
_BAD = frozenset({"failed", "unjudged"})


class StepProgress(Protocol):
    """Who is told how a run goes on; closed at its end."""

    def started(self, step: str) -> None: ...

    def finished(self, step: str, seconds: float, note: str) -> None: ...

    def note(self, text: str) -> None: ...

    def trying(self, text: str) -> None: ...

    def show(self, lines: Sequence[str]) -> None: ...

    def paused(self) -> AbstractContextManager[None]: ...

    def close(self) -> None: ...


def progress_for_stderr() -> StepProgress:
    """Return a live display for a terminal, plain lines for anything else."""
    style = style_for(sys.stderr)
    if sys.stderr.isatty() and style.coloured:
        return LiveProgress(style)
    return PlainProgress(style)


class PlainProgress:
    """One line per finished step."""

    def __init__(self, style: Style) -> None:
        self._style = style

    def started(self, step: str) -> None:
        """Nothing: a log has no use for what is under way."""

    def finished(self, step: str, seconds: float, note: str) -> None:
        """Write the step's line."""
        sys.stderr.write(f"{finished_line(step, seconds, note, self._style)}\n")
        sys.stderr.flush()

    def note(self, text: str) -> None:
        """Write the note."""
        sys.stderr.write(f"...    {printable(text)}\n")
        sys.stderr.flush()

    def trying(self, text: str) -> None:
        """Nothing: a log has no use for what is under way."""

    def show(self, lines: Sequence[str]) -> None:
        """Write the lines."""
        sys.stderr.write("".join(f"{printable(line)}\n" for line in lines))
        sys.stderr.flush()

    def paused(self) -> AbstractContextManager[None]:
        """Nothing moves anyway."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is open."""


class LiveProgress:
    """One line per finished step, and a moving one for what is under way."""

    def __init__(self, style: Style) -> None:
        from rich.console import Console
        from rich.progress import (
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        self._style = style
        self._under_way: list[TaskID] = []
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
        self._display: Progress = Progress(
            *columns,
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False),
            transient=True,
        )

    def started(self, step: str) -> None:
        """Show the step as under way."""
        if not self._under_way:
            self._display.start()
        self._under_way.append(self._display.add_task(step, total=None, step=step))

    def finished(self, step: str, seconds: float, note: str) -> None:
        """Replace the moving line by the step's own."""
        from rich.text import Text

        if self._under_way:
            self._display.remove_task(self._under_way.pop())
        line = finished_line(step, seconds, note, self._style)
        self._display.console.print(Text.from_ansi(line), soft_wrap=True)
        if not self._under_way:
            self._display.stop()  # what is printed next must not share its line

    def note(self, text: str) -> None:
        """Say what the step under way is doing."""
        if self._under_way:
            self._display.update(self._under_way[-1], description=printable(text))

    def trying(self, text: str) -> None:
        """Say it behind the name of the step under way, in place of a note."""
        if self._under_way:
            task = self._under_way[-1]
            named = next(each for each in self._display.tasks if each.id == task)
            told = f"{named.fields['step']} - {printable(text)}"
            self._display.update(task, description=told)

    def show(self, lines: Sequence[str]) -> None:
        """Write the lines above the moving one."""
        from rich.text import Text

        for line in lines:
            self._display.console.print(Text(printable(line)), soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to a question."""
        self._display.stop()
        try:
            yield
        finally:
            if self._under_way:
                self._display.start()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._display.stop()


def finished_line(step: str, seconds: float, note: str, style: Style) -> str:
    """Return the line of a finished step: outcome, name, seconds, what was seen."""
    outcome, _, told = note.partition(": ")
    bad = outcome in _BAD
    mark = style.paint(f"{outcome if bad else 'done':<8}", "31" if bad else "32")
    return f"{mark} {step:<{_NAME_WIDTH}} {seconds:6.1f} s  {printable(told)}".rstrip()
