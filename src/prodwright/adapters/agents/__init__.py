"""External coding agents: they are given a prompt, and what they write is judged.

An agent speaks the Agent Client Protocol over its standard streams, or is a command
that reads a prompt and ends. Both run in the sandbox. What they say is data.
"""

from prodwright.adapters.agents.port import (
    Agent,
    AgentLimits,
    Host,
    Launch,
    Spoken,
    Wanted,
)

__all__ = ["Agent", "AgentLimits", "Host", "Launch", "Spoken", "Wanted"]
