"""Running the project's tests."""

from __future__ import annotations

from pydantic import Field

from prodwright.core.errors import PathRefused
from prodwright.engineer.model.tools._tool import Arguments, Tool, bounded
from prodwright.engineer.phases.workplace import SuiteRun, Workplace

_MOST_NAMES = 50
_MOST_OUTPUT = 12_000


class RunTests(Arguments):
    """Run the project's tests with pytest and say which fail."""

    paths: tuple[str, ...] = Field((), description="Files or folders; empty: all.")


def run(workplace: Workplace, arguments: RunTests) -> str:
    """Return counts, the names of those that fail, and the last output."""
    for path in arguments.paths:
        if not workplace.place(path.partition("::")[0]).exists():
            raise PathRefused(f"{path!r} is not there", hint="list_files shows all")
    return told(workplace.test(arguments.paths))


def told(seen: SuiteRun) -> str:
    """Return a run of the tests as the model is told of it."""
    if seen.trouble:
        return f"{seen.trouble}\n{bounded(seen.output, _MOST_OUTPUT)}"
    head = f"{seen.passed} passed, {len(seen.failed)} failed"
    if not seen.failed:
        return head
    names = "\n".join(seen.failed[:_MOST_NAMES])
    return f"{head}\n{names}\n\n{bounded(seen.output, _MOST_OUTPUT)}"


TOOL = Tool(arguments=RunTests, run=run, changes=True)
