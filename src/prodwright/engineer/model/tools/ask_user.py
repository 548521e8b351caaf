"""Asking the user, when the work cannot go on without."""

from __future__ import annotations

from pydantic import Field

from prodwright.engineer.model.tools._tool import Arguments, Tool
from prodwright.engineer.phases.workplace import Workplace


class AskUser(Arguments):
    """Ask the user one question, only when no sensible assumption can be made."""

    question: str = Field(min_length=1, max_length=1_000)


def run(workplace: Workplace, arguments: AskUser) -> str:
    """Return the answer, or say that nobody is there."""
    answer = workplace.ask(arguments.question) if workplace.ask else None
    if answer is None:
        return (
            "nobody is there to answer: assume what is safest and note it, "
            "or finish with `blocked` when nothing is safe"
        )
    return f"the user answers: {answer}"


TOOL = Tool(arguments=AskUser, run=run)
