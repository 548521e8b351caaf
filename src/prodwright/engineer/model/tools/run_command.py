"""Running a command, in the sandbox and within the policy."""

from __future__ import annotations

import shlex

from pydantic import Field

from prodwright.core.errors import InputError
from prodwright.engineer.model.tools._tool import Arguments, Tool, bounded
from prodwright.engineer.phases.policy import Decision
from prodwright.engineer.phases.workplace import Workplace


class RunCommand(Arguments):
    """Run a command in the project's folder: a program and its words, no shell."""

    command: tuple[str, ...] = Field(description='E.g. ["python", "-m", "mypy", "."].')
    seconds: float = Field(120, ge=1, le=600, description="When it is ended.")


def run(workplace: Workplace, arguments: RunCommand) -> str:
    """Return its exit code and what it printed."""
    decision, why = workplace.policy.decide(arguments.command)
    if decision is Decision.ASK and workplace.allow is not None:
        allowed = workplace.allow(arguments.command)
        decision, why = (
            (Decision.ALLOW, "") if allowed else (Decision.DENY, "the user refused it")
        )
    if decision is not Decision.ALLOW:
        shown = shlex.join(arguments.command)[:300]
        raise InputError(f"not run: {shown}: {why}", hint="find another way")
    done = workplace.run(arguments.command, arguments.seconds)
    ended = "ended: it took too long" if done.timed_out else f"exit code {done.code}"
    return f"{ended}\n{bounded(done.output)}"


TOOL = Tool(arguments=RunCommand, run=run, changes=True)
