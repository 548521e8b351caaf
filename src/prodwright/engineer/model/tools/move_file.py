"""Moving a file."""

from __future__ import annotations

from prodwright.adapters.files import storage_errors
from prodwright.core.errors import PathRefused
from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class MoveFile(Arguments):
    """Move or rename a file; nothing is overwritten."""

    path: str
    to: str


def run(workplace: Workplace, arguments: MoveFile) -> str:
    """Move it."""
    source, target = workplace.place(arguments.path), workplace.place(arguments.to)
    if not source.is_file():
        raise PathRefused(f"{arguments.path!r} is no file", hint="list_files shows all")
    if target.exists():
        raise PathRefused(f"{arguments.to!r} is there already", hint="delete it first")
    with storage_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    return f"moved {arguments.path} to {arguments.to}"


TOOL = Tool(arguments=MoveFile, run=run, changes=True)
