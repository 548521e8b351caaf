"""Opens the agent that the user named."""

from __future__ import annotations

from prodwright.adapters.agents.headless_agent import HeadlessAgent
from prodwright.adapters.agents.known import Chosen
from prodwright.adapters.agents.port import Agent
from prodwright.core.errors import ExtraMissing


def open_agent(chosen: Chosen) -> Agent:
    """Return the agent.

    Raises:
        ExtraMissing: It speaks the protocol, whose library is not installed.
    """
    if not chosen.speaks_acp:
        return HeadlessAgent(name=chosen.name)
    try:
        from prodwright.adapters.agents.acp_agent import AcpAgent
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == "prodwright":
            raise
        raise ExtraMissing("acp", missing) from error
    return AcpAgent(name=chosen.name)
