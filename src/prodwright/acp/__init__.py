"""The engineer as an agent inside editors, over the Agent Client Protocol.

Each prompt is a run in a process of its own; questions become permission requests, and
what happens becomes session updates. docs/acp.md says how.
"""
