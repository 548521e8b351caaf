"""Suppression comments: `# prodwright: allow HAZARD[, HAZARD] -- reason`."""

from __future__ import annotations

import io
import re
import tokenize
from typing import NamedTuple

_MARK = "prodwright:"
_COMMENT = re.compile(
    r"#\s*prodwright:\s*allow\s+(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)"
    r"(?:\s+--\s*(?P<reason>[^#]*))?"
)


class Suppression(NamedTuple):
    """One comment that allows hazards on one line.

    Attributes:
        line: 1-based line of the comment.
        covers: 1-based line whose findings it allows: its own, or the next line
            of code when the comment stands alone.
        hazards: Names of the hazards it allows.
        reason: Why; empty when none is given, and then it allows nothing.
    """

    line: int
    covers: int
    hazards: tuple[str, ...]
    reason: str


def read_suppressions(text: str) -> tuple[Suppression, ...]:
    """Return the suppressions in `text`, in reading order.

    Strings that merely look like comments are not taken for any.
    """
    if _MARK not in text:
        return ()
    lines = re.split(r"\r\n|\r|\n", text)
    following = _next_code_lines(lines)
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        matched = token.type == tokenize.COMMENT and _COMMENT.search(token.string)
        if not matched:
            continue
        line = token.start[0]
        alone = lines[line - 1].lstrip().startswith("#")
        found.append(
            Suppression(
                line=line,
                covers=following[line] if alone else line,
                hazards=tuple(re.split(r"\s*,\s*", matched["names"])),
                reason=(matched["reason"] or "").strip(),
            )
        )
    return tuple(found)


def read_line_suppressions(text: str) -> tuple[Suppression, ...]:
    """Return the suppressions of a text whose comments are lines that begin with `#`.

    Each allows what it names on the next line that is no comment.
    """
    lines = re.split(r"\r\n|\r|\n", text)
    following = _next_code_lines(lines)
    return tuple(
        Suppression(
            line=number,
            covers=following[number],
            hazards=tuple(re.split(r"\s*,\s*", matched["names"])),
            reason=(matched["reason"] or "").strip(),
        )
        for number, line in enumerate(lines, start=1)
        if (matched := _COMMENT.match(line.lstrip()))
    )


def _next_code_lines(lines: list[str]) -> list[int]:
    """Return for each line, from 1, which line of code comes next; itself if none."""
    following = [0] * (len(lines) + 1)
    code = 0
    for number in range(len(lines), 0, -1):
        following[number] = code or number
        stripped = lines[number - 1].strip()
        if stripped and not stripped.startswith("#"):
            code = number
    return following
