"""`explain`."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.api.explaining import explain as page_of
from prodwright.api.explaining import page_document
from prodwright.mcp.answering import READS, made
from prodwright.mcp.office import Office


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def explain(
        *,
        name: Annotated[
            str, Field(min_length=1, max_length=100, description="Hazard or practice.")
        ],
    ) -> dict[str, Any]:
        """Say what a hazard breaks in production and what to do instead.

        For a practice, names the hazards that break it.
        """
        return page_document(await to_thread.run_sync(page_of, name))

    kinds = ("hazard", "practice")
    return made(explain, title="Explain a hazard", returns=kinds, hints=READS)
