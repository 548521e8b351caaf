"""Ending a phase; whether the work is done is for the gate to say."""

from __future__ import annotations

from pydantic import Field

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class Finish(Arguments):
    """End this phase and hand the work over to be judged."""

    summary: str = Field(min_length=1, max_length=2_000, description="What was done.")
    blocked: str = Field(
        "", max_length=1_000, description="What the user must say first, if anything."
    )


def run(workplace: Workplace, arguments: Finish) -> str:
    """Say that it is handed over."""
    return "handed over"


TOOL = Tool(arguments=Finish, run=run, ends=True)
