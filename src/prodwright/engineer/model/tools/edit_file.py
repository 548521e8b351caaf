"""Replacing a passage of a file, exactly."""

from __future__ import annotations

from difflib import SequenceMatcher

from pydantic import Field

from prodwright.adapters.files import decode, encode
from prodwright.adapters.inside import write_inside
from prodwright.core.errors import InputError
from prodwright.core.redaction import MASK
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.model.tools.read_file import content_of
from prodwright.engineer.phases.workplace import Workplace

_ALIKE = 0.6  # a passage less alike than that is another passage
_MOST_LINES = 20_000  # comparing more takes seconds


class EditFile(Arguments):
    """Replace a passage of a file. `old` must occur exactly once, unless `all`."""

    path: str
    old: str = Field(min_length=1, description="As the file has it, without numbers.")
    new: str = Field(max_length=400_000)
    all: bool = Field(default=False, description="Replace every occurrence.")


def run(workplace: Workplace, arguments: EditFile) -> str:
    """Replace it and say how often."""
    content = content_of(workplace, arguments.path)
    text = decode(content, arguments.path)
    refuse_mask(arguments.old + arguments.new, MASK)
    count = text.count(arguments.old)
    if not count:
        raise InputError(
            f"`old` does not occur in {arguments.path}{nearest(text, arguments.old)}",
            hint="copy the passage exactly, without line numbers",
        )
    if count > 1 and not arguments.all:
        raise InputError(
            f"`old` occurs {count} times in {arguments.path}",
            hint="include more of the lines around it, or set `all`",
        )
    after = text.replace(arguments.old, arguments.new)
    kept = encode(after, like=content, shown=arguments.path)
    write_inside(workplace.folder, arguments.path, kept)
    return f"replaced {count} in {arguments.path}"


def nearest(text: str, wanted: str) -> str:
    """Return the passage most like `wanted`, as a hint; empty when none is."""
    lines, looked_for = text.split("\n"), wanted.strip("\n").split("\n")
    if len(lines) > _MOST_LINES:
        return ""
    first = looked_for[0].strip()
    scored = [
        (SequenceMatcher(None, line.strip(), first).quick_ratio(), number)
        for number, line in enumerate(lines)
    ]
    best, number = max(scored, default=(0.0, 0))
    if best < _ALIKE:
        return ""
    passage = "\n".join(lines[number : number + len(looked_for)])
    if SequenceMatcher(None, passage, wanted).ratio() < _ALIKE:
        return ""
    return f"; the nearest passage, from line {number + 1} on, is:\n{passage}\n"


def refuse_mask(text: str, mask: str) -> None:
    """Refuse text that would put a mask where a secret stands.

    Raises:
        InputError: The mask is in it.
    """
    if mask in text:
        raise InputError(
            f"the text holds {mask!r}, which stands for what you may not see",
            hint="edit around it, or read the value from the environment",
        )


TOOL = Tool(arguments=EditFile, run=run, changes=True)
