"""Reading a file, in part."""

from __future__ import annotations

from pydantic import Field

from prodwright.adapters.files import decode
from prodwright.adapters.inside import read_inside
from prodwright.engineer.model.tools._tool import Arguments, Tool, bounded
from prodwright.engineer.phases.workplace import Workplace

_MOST_BYTES = 2_000_000


class ReadFile(Arguments):
    """Read lines of a file; each is preceded by its number and a tab."""

    path: str
    first: int = Field(1, ge=1, description="Number of the first line.")
    lines: int = Field(400, ge=1, le=2_000, description="How many.")


def run(workplace: Workplace, arguments: ReadFile) -> str:
    """Return the lines, numbered."""
    lines = text_of(workplace, arguments.path).split("\n")
    chosen = lines[arguments.first - 1 : arguments.first - 1 + arguments.lines]
    numbered = [f"{n}\t{line}" for n, line in enumerate(chosen, arguments.first)]
    return bounded("\n".join(numbered)) + f"\n[{len(lines)} lines in all]"


def text_of(workplace: Workplace, path: str) -> str:
    """Return the text of the file at `path`.

    Raises:
        PathRefused: It is not there, or no file for a model.
        UnreadableSource: It is not text.
    """
    return decode(content_of(workplace, path), path)


def content_of(workplace: Workplace, path: str) -> bytes:
    """Return the bytes of the file at `path`.

    Raises:
        PathRefused: It is not there, or no file for a model.
    """
    workplace.place(path)
    return read_inside(workplace.folder, path, _MOST_BYTES)


TOOL = Tool(arguments=ReadFile, run=run)
