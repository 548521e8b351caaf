"""The door for other programs: tools over the Model Context Protocol.

One file per tool under `tools/`: parse, call `api`, return a document. What takes
longer than a moment runs in a process of its own (`worker`), so that it can be
followed, cancelled, and outlives no server.
"""
