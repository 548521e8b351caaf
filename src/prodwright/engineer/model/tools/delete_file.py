"""Deleting a file."""

from __future__ import annotations

from prodwright.adapters.files import storage_errors
from prodwright.core.errors import PathRefused
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class DeleteFile(Arguments):
    """Delete one file."""

    path: str


def run(workplace: Workplace, arguments: DeleteFile) -> str:
    """Delete it."""
    place = workplace.place(arguments.path)
    if not place.is_file():
        raise PathRefused(f"{arguments.path!r} is no file", hint="list_files shows all")
    with storage_errors(place):
        place.unlink()
    return f"deleted {arguments.path}"


TOOL = Tool(arguments=DeleteFile, run=run, changes=True)
