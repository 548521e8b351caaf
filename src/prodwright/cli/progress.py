"""How a run goes on, on standard error: a live line in a terminal, else plain lines."""

from __future__ import annotations

import sys
import time

from prodwright.cli.output import style_for
from prodwright.delivery.terminal import printable


class StderrProgress:
    """Writes one line per step as it is done; in a terminal also the one under way."""

    def __init__(self) -> None:
        self._style = style_for(sys.stderr)
        self._live = sys.stderr.isatty() and self._style.coloured
        self._depth: list[tuple[str, float]] = []

    def started(self, step: str) -> None:
        """A step begins."""
        self._depth.append((step, time.monotonic()))
        self._show(f"{step} ...")

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done."""
        if self._depth:
            self._depth.pop()
        mark = self._style.paint("done", "32")
        if note.startswith(("failed", "unjudged")):
            mark = self._style.paint(note.partition(":")[0], "31")
        told = f"  {printable(note)}" if note else ""
        self._line(f"{mark:<6} {step:<18} {seconds:6.1f} s{told}")

    def note(self, text: str) -> None:
        """Something takes its time or is worth knowing."""
        self._show(f"{printable(text)} ...")

    def _show(self, text: str) -> None:
        if self._live:
            sys.stderr.write(f"\r\x1b[2K{self._style.paint('...', '2')}    {text}")
            sys.stderr.flush()

    def _line(self, text: str) -> None:
        head = "\r\x1b[2K" if self._live else ""
        sys.stderr.write(f"{head}{text}\n")
        sys.stderr.flush()


class Silent:
    """Tells nobody."""

    def started(self, step: str) -> None:
        """A step begins."""

    def finished(self, step: str, seconds: float, note: str) -> None:
        """A step is done."""

    def note(self, text: str) -> None:
        """Something takes its time."""
