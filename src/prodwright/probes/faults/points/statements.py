"""What the points of all database drivers have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prodwright.probes.faults.points import event_loops
from prodwright.probes.faults.points.databases import CHANGES
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within

FAULTS = ("disconnected", "serialization")
Makes = Callable[[str], BaseException]


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


def checked(real: Any, operation: str, makes: Makes, *, text_at: int = 0) -> Any:
    """Return `real`, a method, with a point before it.

    Args:
        real: What is called.
        operation: Name of the point.
        makes: Makes the driver's own error for a fault.
        text_at: Which argument is the statement.
    """

    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        text = str(arguments[text_at]) if len(arguments) > text_at else ""
        fault = hit(operation, text or operation, arguments[text_at + 1 :])
        if fault and fault != "answer-lost":
            raise RECORDER.fail(makes(fault))
        with within():
            answer = real(self, *arguments, **named)
        if fault:
            raise RECORDER.fail(makes(fault))
        return answer

    return call


def checked_async(real: Any, operation: str, makes: Makes) -> Any:
    """The same for a coroutine method, at which the caller may be cancelled, too."""

    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        text = str(arguments[0]) if arguments else ""
        fault = hit(operation, text or operation, arguments[1:])
        if fault and fault != "answer-lost":
            raise RECORDER.fail(makes(fault))
        if RECORDER.mode != OFF and not is_within():
            await event_loops.meet_cancellation(operation)
        with within():
            answer = await real(self, *arguments, **named)
        if fault:
            raise RECORDER.fail(makes(fault))
        return answer

    return call
