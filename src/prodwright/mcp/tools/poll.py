"""`poll`."""

from __future__ import annotations

from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.mcp.answering import READS, made, progress
from prodwright.mcp.documents import job_document
from prodwright.mcp.office import MOST_PATIENCE_SECONDS, Office
from prodwright.mcp.parameters import JobId


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def poll(
        *,
        ctx: Context,
        job: JobId,
        wait_seconds: Annotated[
            float,
            Field(
                ge=0,
                le=MOST_PATIENCE_SECONDS,
                description="How long to wait for the end before answering.",
            ),
        ] = 10.0,
    ) -> dict[str, Any]:
        """Return how a job stands: its steps, and at its end stop reason and result."""
        found = office.jobs.named(job)
        await found.watch(office.within(wait_seconds), progress(ctx))
        return job_document(found)

    return made(poll, title="Follow a job", returns=("job",), hints=READS)
