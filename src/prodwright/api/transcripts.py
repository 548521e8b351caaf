"""What an agent said and did, kept beside the run: as data, within bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from prodwright.core.printing import printable

_MOST_BYTES = 4_000_000
_MOST_LINE_CHARACTERS = 8_000
_MOST_NOTE_CHARACTERS = 120


class Transcript:
    """One file per phase, one line of JSON per event.

    Args:
        file: Where it is kept; what a phase before left there is replaced.
        clean: Masks secrets.
        note: Tells somebody who watches, in one phrase.
    """

    def __init__(
        self, file: Path, clean: Callable[[str], str], note: Callable[[str], None]
    ) -> None:
        self._file = file
        self._clean = clean
        self._note = note
        self._left = _MOST_BYTES
        file.unlink(missing_ok=True)

    def add(self, event: Mapping[str, object]) -> None:
        """Keep one event; beyond the bounds it is dropped."""
        doing = _doing(event)
        if doing:
            self._note(self._clean(doing))
        line = self._clean(json.dumps(event, default=str))[:_MOST_LINE_CHARACTERS]
        content = printable(line).encode() + b"\n"
        self._left -= len(content)
        if self._left >= 0:
            with self._file.open("ab") as kept:
                kept.write(content)


def _doing(event: Mapping[str, object]) -> str:
    """Return what is worth showing of an event; mostly nothing."""
    kind = event.get("sessionUpdate")
    text = ""
    if kind == "tool_call":
        text = str(event.get("title", ""))
    elif kind == "prodwright_permission" and event.get("refused"):
        text = f"refused: {event.get('command') or event.get('title')}"
    return " ".join(printable(text).split())[:_MOST_NOTE_CHARACTERS]
