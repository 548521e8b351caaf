"""Installing packages that the work needs, if the user allows it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prodwright.core.errors import InputError
from prodwright.engineer.model.tools._tool import Arguments, Tool, bounded
from prodwright.engineer.phases.workplace import Workplace

_Requirement = Annotated[str, Field(min_length=1, max_length=300)]


class Install(Arguments):
    """Install packages of the registry for this run, if the user allows it.

    Use what is there when it will do. The project must name what it needs: add it to
    pyproject.toml, and to its lock if it has one.
    """

    requirements: tuple[_Requirement, ...] = Field(
        min_length=1,
        max_length=10,
        description='E.g. ["httpx>=0.27"]. No addresses, no paths, no options.',
    )


def run(workplace: Workplace, arguments: Install) -> str:
    """Return what was installed."""
    if workplace.install is None:
        raise InputError("nothing can be installed here", hint="use what is there")
    return bounded(workplace.install(arguments.requirements))


TOOL = Tool(arguments=Install, run=run)
