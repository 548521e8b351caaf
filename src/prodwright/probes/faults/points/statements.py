"""What a statement or a commit of a driver that we do not know may meet."""

from __future__ import annotations

from typing import Any

from prodwright.probes.faults.points.databases import CHANGES
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within

FAULTS = ("disconnected", "serialization")


def hit(operation: str, statement: str, values: Any = ()) -> str:
    """Report a statement or a commit; return the fault that it meets."""
    if RECORDER.mode == OFF or is_within():
        return ""
    commits = operation.endswith("commit")
    writes = commits or bool(CHANGES.match(statement))
    faults = (*FAULTS, "answer-lost") if commits else FAULTS
    return RECORDER.hit(
        operation,
        (*faults, "crash") if writes else faults,
        statement[:60].strip(),
        writes=writes,
        identity=f"{statement}{values!r}"[:300],
    )
