"""Parameters that several tools have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

_Path = Annotated[str, Field(min_length=1, max_length=4096)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]

Paths = Annotated[
    tuple[_Path, ...],
    Field(
        max_length=200,
        description="Files and folders, relative to the root. Empty: all of it.",
    ),
]
Names = Annotated[
    tuple[_Name, ...],
    Field(max_length=200, description="Hazards or practices. Empty: as configured."),
]
JobId = Annotated[
    str, Field(min_length=1, max_length=100, description="Of the job or the run.")
]
Folder = Annotated[
    str,
    Field(
        max_length=4096,
        description="Repository of the run, relative to the root. Empty: where this "
        "server began it, else the root.",
    ),
]
Request = Annotated[
    str,
    Field(min_length=1, max_length=4000, description="What to build, in plain words."),
]
Into = Annotated[
    str,
    Field(
        min_length=1,
        max_length=4096,
        description="Repository, or a new or empty folder, relative to the root.",
    ),
]
