"""Replacements of the same length in UTF-8, so that no position changes."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from prodwright.analysis.newer.scanning import Literal, Unscannable

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARKER_BYTES = 4
_FIRST_MARKER = 0xF0000  # private use: no text of meaning holds one
_MOST_MARKERS = 60_000
MARKER = re.compile(f"[{chr(_FIRST_MARKER)}-{chr(_FIRST_MARKER + _MOST_MARKERS)}]")
_ESCAPED_MARKER = re.compile(r"\\U000[fF][0-9a-eA-E]")


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands between two offsets from now on."""

    start: int
    end: int
    text: str


class Places:
    """Lines and columns of a text, as a tree counts them.

    Args:
        text: All of it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(each.end() for each in _LINE_END.finditer(text))]

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line (from 1) and the column (of UTF-8, from 0) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, len(self.text[self._starts[line - 1] : offset].encode())


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A plain string in the place of an f-string.

    Attributes:
        literal: The f-string.
        edit: Puts the placeholder there.
        value: What the placeholder says.
        marker: The character of it that no other has.
    """

    literal: Literal
    edit: Edit
    value: str
    marker: str

    def starts(self, marker_at: int) -> int:
        """Return the offset of a value whose marker is at `marker_at`."""
        return marker_at - self.value.index(self.marker)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all edits made; they do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda each: each.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def blank(text: str, start: int, end: int) -> Edit:
    """Return the edit that leaves nothing there but the line ends, continued."""
    return Edit(start, end, _filled(text[start:end], " ", ends="\\"))


def placeholder(text: str, literal: Literal, number: int) -> Placeholder:
    """Return a string that takes the place of `literal`; each number says another.

    Raises:
        Unscannable: It has no room for that.
    """
    if number >= _MOST_MARKERS:
        raise Unscannable("too many f-strings")
    written = text[literal.start : literal.end]
    quote = literal.quote if len(literal.quote) == 3 else literal.quote[:1]
    ends = "" if len(quote) == 3 else "\\"
    filled = _filled(written, "_", ends=ends)
    inner = filled[len(quote) : len(filled) - len(quote)]
    marker = chr(_FIRST_MARKER + number)
    marked = inner.replace("_" * _MARKER_BYTES, marker, 1)
    if marked == inner:
        raise Unscannable("an f-string without room for its place")
    edit = Edit(literal.start, literal.end, f"{quote}{marked}{quote}")
    return Placeholder(literal, edit, _value(edit.text), marker)


def holds_markers(text: str) -> bool:
    """Tell whether `text` says a character that placeholders are marked with."""
    return MARKER.search(text) is not None or _ESCAPED_MARKER.search(text) is not None


def _filled(text: str, fill: str, *, ends: str) -> str:
    """Return `text` with every byte but the line ends replaced.

    Args:
        text: What is replaced.
        fill: One character of one byte.
        ends: What takes the place of the last byte before each line end.
    """
    parts = re.split(f"({_LINE_END.pattern})", text)
    for place in range(0, len(parts), 2):
        size = len(parts[place].encode())
        is_last = place == len(parts) - 1
        if not is_last and size < len(ends):
            raise Unscannable("an empty line has no room to be continued")
        parts[place] = fill * (size if is_last else size - len(ends))
        parts[place] += "" if is_last else ends
    return "".join(parts)


def _value(written: str) -> str:
    try:
        value = ast.literal_eval(written)
    except (SyntaxError, ValueError) as error:
        raise Unscannable("an f-string without room for its place") from error
    return str(value)
