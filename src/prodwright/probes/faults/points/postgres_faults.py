"""What the points of PostgreSQL's drivers have in common: which faults, and how real.

Whatever the server can do is done by the server: a statement that fails is a statement
that raises there, so that the driver makes its own error of it and the transaction is
broken as it would be. A connection that is lost is closed beneath its driver.
"""

from __future__ import annotations

import re

from prodwright.probes.faults.points.databases import CHANGES
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within

GONE, LOST = "disconnected", "answer-lost"
SERIALIZATION, BUSY = "serialization", "busy"
CLOSED = "server closed the connection unexpectedly"
_LOCKS = re.compile(
    r"\bfor\s+(no\s+key\s+)?(update|share)\b|\s*(lock|merge|copy)\b", re.I
)
# Whoever says so is told of a held row at once, and means something by it.
_NEVER_WAITS = re.compile(r"\b(nowait|skip\s+locked)\b", re.I)
_COMMITS = re.compile(r"\s*(commit|end)\b", re.I)
_RAISED = {
    SERIALIZATION: ("could not serialize access due to concurrent update", "40001"),
    BUSY: ("canceling statement due to lock timeout", "55P03"),
}
CONNECTING = ("refused", BUSY, "stall")
TOLD_CONNECTING = {
    "refused": "connection failed: Connection refused",
    BUSY: "connection failed: FATAL: sorry, too many clients already",
}


def failing(fault: str) -> str:
    """Return a statement that fails in the server as `fault` would."""
    told, code = _RAISED[fault]
    return f"do $$ begin raise exception '{told}' using errcode = '{code}'; end $$"


def hit(statement: str, values: object = ()) -> str:
    """Report a statement; return the fault that it meets."""
    if RECORDER.mode == OFF or is_within():
        return ""
    commits = bool(_COMMITS.match(statement))
    writes = bool(CHANGES.match(statement) or _LOCKS.search(statement))
    faults: tuple[str, ...] = (GONE,)
    if writes:
        faults = (GONE, SERIALIZATION, "crash")
    if commits:
        faults = (*faults, LOST)
    elif writes and not _NEVER_WAITS.search(statement):
        faults = (*faults, BUSY)
    return RECORDER.hit(
        "postgres.commit" if commits else "postgres.execute",
        faults,
        statement[:60].strip(),
        writes=writes,
        identity=f"{statement}{values!r}"[:300],
    )


def hit_connecting(timeout: float | None) -> str:
    """Report that a connection is made; return the fault that it meets."""
    if RECORDER.mode == OFF or is_within():
        return ""
    return RECORDER.hit("postgres.connect", CONNECTING, timeout=timeout)
