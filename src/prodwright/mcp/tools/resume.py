"""`resume`."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool

from prodwright.api.listing import run_folder
from prodwright.core.errors import RunUnfit
from prodwright.mcp.answering import INSTALLS, made, progress
from prodwright.mcp.documents import job_document
from prodwright.mcp.jobs import Job
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Folder, JobId

_OPENING_SECONDS = 30.0


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def resume(
        *, ctx: Context, run: JobId, folder: Folder = ""
    ) -> dict[str, Any]:
        """Go on with a run where it stopped, and return its job at once."""
        place = office.place_of(run, folder)
        around = office.surroundings(place)
        found = await to_thread.run_sync(run_folder, run, around)
        known = office.jobs.find(found.id)
        if known is not None and not known.is_over:
            raise RunUnfit(f"run {found.id} is under way", hint="follow it with `poll`")
        job = office.start("resume", {}, folder=place, job_id=found.id)
        seconds = office.within(_OPENING_SECONDS)
        await job.watch(seconds, progress(ctx), until=Job.is_begun)
        return job_document(job)

    return made(resume, title="Go on with a run", returns=("job",), hints=INSTALLS)
