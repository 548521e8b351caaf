"""Deleting a file."""

from __future__ import annotations

from prodwright.adapters.inside import remove_inside
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class DeleteFile(Arguments):
    """Delete one file."""

    path: str


def run(workplace: Workplace, arguments: DeleteFile) -> str:
    """Delete it."""
    workplace.place(arguments.path)
    remove_inside(workplace.folder, arguments.path)
    return f"deleted {arguments.path}"


TOOL = Tool(arguments=DeleteFile, run=run, changes=True)
