"""`cancel`."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver.tools import Tool

from prodwright.mcp.answering import WRITES, made
from prodwright.mcp.documents import job_document
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import JobId

_REPEATABLE = WRITES.model_copy(update={"idempotent_hint": True})


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def cancel(*, job: JobId) -> dict[str, Any]:
        """End a job; what a run has done is kept, and `resume` goes on with it."""
        found = office.jobs.named(job)
        await office.jobs.stop(found)
        return job_document(found)

    return made(cancel, title="End a job", returns=("job",), hints=_REPEATABLE)
