"""Keeping a decision: it survives whatever happens to the conversation."""

from __future__ import annotations

from pydantic import Field

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class NoteDecision(Arguments):
    """Write down a decision or an assumption, and why, for later and the report."""

    text: str = Field(min_length=1, max_length=600)


def run(workplace: Workplace, arguments: NoteDecision) -> str:
    """Say that it is kept; the session remembers every call."""
    return "noted"


TOOL = Tool(arguments=NoteDecision, run=run)
