"""Runs foreign code in isolation, or not at all.

Whatever a model, an external agent or a project's tests want to run is an errand, and
only a sandbox runs errands. docs/sandbox.md says what holds, how, and what does not.
"""

from prodwright.adapters.sandbox.bubblewrap import Bubblewrap, bubblewrap_program
from prodwright.adapters.sandbox.choice import find_sandbox
from prodwright.adapters.sandbox.conversing import Conversation, open_conversation
from prodwright.adapters.sandbox.errand import Completed, Errand, Sandbox
from prodwright.adapters.sandbox.landlock import Sandlock
from prodwright.adapters.sandbox.reaching import Reaching
from prodwright.adapters.sandbox.unconfined import Unconfined

__all__ = [
    "Bubblewrap",
    "Completed",
    "Conversation",
    "Errand",
    "Reaching",
    "Sandbox",
    "Sandlock",
    "Unconfined",
    "bubblewrap_program",
    "find_sandbox",
    "open_conversation",
]
