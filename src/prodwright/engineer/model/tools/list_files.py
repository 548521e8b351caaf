"""Which files there are."""

from __future__ import annotations

from fnmatch import fnmatch
from itertools import islice

from pydantic import Field

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace, shown

_MOST = 500


class ListFiles(Arguments):
    """List the project's files, at most 500 of them."""

    folder: str = Field("", description="Only below this folder; empty: everything.")
    pattern: str = Field("*", description="Only paths that match, e.g. `*_test.py`.")


def run(workplace: Workplace, arguments: ListFiles) -> str:
    """Return one path a line."""
    matching = (
        path
        for path in workplace.files(arguments.folder)
        if fnmatch(path, arguments.pattern)
    )
    found = [shown(path) for path in islice(matching, _MOST + 1)]
    more = "\n... and more: narrow the folder or the pattern"
    return "\n".join(found[:_MOST]) + (more if len(found) > _MOST else "") or "none"


TOOL = Tool(arguments=ListFiles, run=run)
