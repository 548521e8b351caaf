"""A read may return less than was sent, and a write may take less than was given; both
are legal, and happen under load.

The tests run once with each read and write cut short.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Read until the message is whole, and write until all of it is taken: "
    "sendall, readexactly, a buffered file"
)

HAZARD = Hazard(
    title="Expect any part of a message",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="faults",
)
