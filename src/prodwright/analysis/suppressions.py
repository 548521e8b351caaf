"""Suppression comments: `# prodwright: allow HAZARD[, HAZARD] -- reason`."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass

_MARK = "prodwright:"
_COMMENT = re.compile(
    r"#\s*prodwright:\s*allow\s+(?P<names>[\w-]+(?:\s*,\s*[\w-]+)*)"
    r"(?:\s+--\s*(?P<reason>[^#]*))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
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
                covers=_next_code_line(lines, line) if alone else line,
                hazards=tuple(re.split(r"\s*,\s*", matched["names"])),
                reason=(matched["reason"] or "").strip(),
            )
        )
    return tuple(found)


def _next_code_line(lines: list[str], line: int) -> int:
    for number in range(line + 1, len(lines) + 1):
        stripped = lines[number - 1].strip()
        if stripped and not stripped.startswith("#"):
            return number
    return line
