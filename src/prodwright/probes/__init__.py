"""What runs inside a project's own interpreter: pytest and the standard library only.

The sandboxed run copies this room, and nothing else of Prodwright, onto its path.
"""
