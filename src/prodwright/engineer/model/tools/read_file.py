"""Reading a file, in part."""

from __future__ import annotations

from pydantic import Field

from prodwright.adapters.files import decode, storage_errors
from prodwright.core.errors import PathRefused
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
    place = workplace.place(path)
    if not place.is_file():
        raise PathRefused(f"{path!r} is no file", hint="list_files shows what is there")
    if place.stat().st_size > _MOST_BYTES:
        raise PathRefused(f"{path!r} is over 2 MB", hint="use search")
    with storage_errors(place):
        return decode(place.read_bytes(), path)


TOOL = Tool(arguments=ReadFile, run=run)
