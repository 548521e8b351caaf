"""Findings that stand where a function of the project's own is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prodwright.analysis.effects import Call, Way, effects_in
from prodwright.analysis.effects.names import CHANGING, OPENERS
from prodwright.analysis.facts import line_at, node_at
from prodwright.core.finding import TraceStep
from prodwright.kit._hazard import Site

if TYPE_CHECKING:
    from prodwright.analysis import Project

__all__ = ["CHANGING", "OPENERS", "Call", "effects_in", "site_of_way", "way_told"]


def way_told(first: str, way: Way) -> str:
    """Return the names of a way, e.g. `load -> fetch -> requests.get`."""
    return " -> ".join([first, *(name for _, _, name in way.steps)])


def site_of_way(project: Project, call: Call, way: Way, message: str) -> Site:
    """Return a site at `call` that shows the way from there to the end.

    Args:
        project: Whose files are shown.
        call: Where it begins.
        way: How it goes on.
        message: What is wrong.
    """
    return Site(
        node=node_at(call.place), message=message, trace=tuple(_steps(project, way))
    )


def _steps(project: Project, way: Way) -> Iterator[TraceStep]:
    for path, (line, column, *_), name in way.steps:
        source = project.by_path[path]
        text = line_at(source, line).strip()
        note = f"calls {name}"
        yield TraceStep(path=path, line=line, column=column + 1, note=note, text=text)
