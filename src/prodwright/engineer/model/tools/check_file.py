"""Asking the gate about one file."""

from __future__ import annotations

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.feedback import finding_lines
from prodwright.engineer.phases.workplace import Workplace


class CheckFile(Arguments):
    """Ask the gate which hazards it sees in one Python file, before it is judged."""

    path: str


def run(workplace: Workplace, arguments: CheckFile) -> str:
    """Return the findings, one block each."""
    workplace.place(arguments.path)
    found = workplace.check(arguments.path)
    blocks = ["\n".join(finding_lines(each)) for each in found]
    return "\n\n".join(blocks) or "nothing found"


TOOL = Tool(arguments=CheckFile, run=run)
