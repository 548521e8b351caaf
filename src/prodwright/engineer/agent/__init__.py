"""The engineer that has an external coding agent write, and believes none of it.

An agent works at the same desk as a model, through the same phases and before the
same gate. It brings its own tools; the sandbox confines them, and what it asks of us
is answered by the same policy.
"""

from prodwright.engineer.agent.worker import AgentWorker, PhaseDone

__all__ = ["AgentWorker", "PhaseDone"]
