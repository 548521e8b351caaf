"""Writing a whole file."""

from __future__ import annotations

from pydantic import Field

from prodwright.adapters.inside import write_inside
from prodwright.core.redaction import MASK
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.model.tools.edit_file import refuse_mask
from prodwright.engineer.phases.workplace import Workplace


class WriteFile(Arguments):
    """Write a file as a whole; one that is there is replaced."""

    path: str
    content: str = Field(max_length=400_000)


def run(workplace: Workplace, arguments: WriteFile) -> str:
    """Write it and say how long it is."""
    workplace.place(arguments.path)
    refuse_mask(arguments.content, MASK)
    write_inside(workplace.folder, arguments.path, arguments.content.encode())
    count = arguments.content.count("\n")
    return f"wrote {arguments.path}, {count} lines"


TOOL = Tool(arguments=WriteFile, run=run, changes=True)
