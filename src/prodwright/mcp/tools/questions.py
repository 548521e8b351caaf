"""`questions`."""

from __future__ import annotations

import os
from typing import Any

from anyio import to_thread
from mcp.server.mcpserver.tools import Tool

from prodwright.api.questioning import questionnaire
from prodwright.mcp.answering import READS, made
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Into, Request


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def questions(*, request: Request, into: Into = ".") -> dict[str, Any]:
        """Return what `build_start` would ask for a request, and what is known already.

        Each question says what its answer changes, its options and its default.
        """
        place = office.root.inside(into)
        asked = await to_thread.run_sync(questionnaire, request, place, os.environ)
        return asked.document()

    title = "Questions before building"
    return made(questions, title=title, returns=("questions",), hints=READS)
