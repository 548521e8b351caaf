"""Looking up a practice or a hazard."""

from __future__ import annotations

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class LookUp(Arguments):
    """Read what a practice or hazard is about, why it hurts and what to do."""

    name: str


def run(workplace: Workplace, arguments: LookUp) -> str:
    """Return its guidance."""
    return workplace.explain(arguments.name)


TOOL = Tool(arguments=LookUp, run=run)
