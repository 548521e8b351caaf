"""`review`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.mcp.answering import READS, finished, made
from prodwright.mcp.documents import MOST_FINDINGS
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Names, Paths


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def review(  # noqa: PLR0913 - one parameter per argument of the tool
        *,
        ctx: Context,
        paths: Paths = (),
        changed_since: Annotated[
            str,
            Field(
                max_length=200,
                description="Only files that differ from this revision, uncommitted "
                "changes included; HEAD for those alone. Empty: all.",
            ),
        ] = "",
        only: Names = (),
        skip: Names = (),
        fail_on: Annotated[
            Literal["", "note", "low", "medium", "high", "critical"],
            Field(description="Findings below do not fail. Empty: as configured."),
        ] = "",
        most_findings: Annotated[
            int, Field(ge=1, le=1000, description="Worst first.")
        ] = MOST_FINDINGS,
    ) -> dict[str, Any]:
        """Judge Python code as it stands for what breaks in production.

        Nothing is written and nothing of the code is run. Returns the result: the
        worst findings, each with hazard, severity, path, line and message; `explain`
        says what a hazard breaks and what to do. If it takes longer than a call may,
        returns a job for `poll`.
        """
        arguments = {
            "paths": [str(office.root.inside(each)) for each in paths or (".",)],
            "changed_since": changed_since,
            "only": list(only),
            "skip": list(skip),
            "fail_on": fail_on,
        }
        job = office.start("review", arguments)
        return await finished(job, office.patience_seconds, ctx, most_findings)

    kinds = ("result", "job")
    return made(review, title="Review Python code", returns=kinds, hints=READS)
