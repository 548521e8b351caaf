"""`harden`."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.mcp.answering import WRITES, finished, made
from prodwright.mcp.documents import MOST_FINDINGS
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Names, Paths


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def harden(
        *,
        ctx: Context,
        paths: Paths = (),
        only: Names = (),
        unsafe: Annotated[
            bool, Field(description="Also apply rewrites that change behaviour.")
        ] = False,
        dry_run: Annotated[
            bool, Field(description="Return the difference; write nothing.")
        ] = False,
    ) -> dict[str, Any]:
        """Mend what can be mended with certainty, one commit per hazard.

        Works on the last commit in a worktree of its own, tries the project's tests
        in a sandbox, and delivers a branch; the files in the working tree are left
        alone. If it takes longer than a call may, returns a job for `poll`.
        """
        arguments = {
            "paths": [str(office.root.inside(each)) for each in paths or (".",)],
            "only": list(only),
            "unsafe": unsafe,
            "dry_run": dry_run,
        }
        job = office.start("harden", arguments)
        return await finished(job, office.patience_seconds, ctx, MOST_FINDINGS)

    kinds = ("result", "preview", "job")
    return made(harden, title="Mend Python code", returns=kinds, hints=WRITES)
