"""Serves an editor over standard input and output until it is gone."""

from __future__ import annotations

import asyncio

from acp import run_agent

from prodwright.acp.editor_agent import EditorAgent
from prodwright.core.engineering import Engineering


def serve(engineering: Engineering, *, allow_unsandboxed: bool) -> None:
    """Serve one editor; its runs end with it.

    Args:
        engineering: Who is to write.
        allow_unsandboxed: Whether foreign code may run without isolation.
    """
    agent = EditorAgent(engineering, allow_unsandboxed=allow_unsandboxed)
    asyncio.run(run_agent(agent))  # type: ignore[arg-type]
