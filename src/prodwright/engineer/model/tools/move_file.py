"""Moving a file."""

from __future__ import annotations

from prodwright.adapters.inside import move_inside
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class MoveFile(Arguments):
    """Move or rename a file; nothing is overwritten."""

    path: str
    to: str


def run(workplace: Workplace, arguments: MoveFile) -> str:
    """Move it."""
    for each in (arguments.path, arguments.to):
        workplace.place(each)
    move_inside(workplace.folder, arguments.path, arguments.to)
    return f"moved {arguments.path} to {arguments.to}"


TOOL = Tool(arguments=MoveFile, run=run, changes=True)
