"""`prove`."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.mcp.answering import READS, finished, made
from prodwright.mcp.documents import MOST_FINDINGS
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Names, Paths


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def prove(
        *,
        ctx: Context,
        paths: Paths = (),
        stages: Names = (),
        budget_seconds: Annotated[
            float, Field(ge=1, le=3600, description="For all stages together.")
        ] = 300.0,
        changed_since: Annotated[
            str,
            Field(
                max_length=200,
                description="Only what differs from this revision. Empty: all.",
            ),
        ] = "",
    ) -> dict[str, Any]:
        """Put Python code into production's conditions and judge what it does there.

        Runs the project's tests and experiments on them in a copy and in a sandbox;
        nothing of the working tree is written. Returns the result: what was found,
        each with the command that shows it again, and a verdict for each practice.
        If it takes longer than a call may, returns a job for `poll`.
        """
        arguments = {
            "paths": [str(office.root.inside(each)) for each in paths or (".",)],
            "stages": list(stages),
            "budget_seconds": budget_seconds,
            "changed_since": changed_since,
        }
        job = office.start("prove", arguments)
        return await finished(job, office.patience_seconds, ctx, MOST_FINDINGS)

    kinds = ("result", "job")
    return made(prove, title="Prove Python code", returns=kinds, hints=READS)
