"""A full disk or a crash in the middle of a write leaves half of it behind, and the
next start reads that.

The tests run once for each fault at each write, and once for each with the process
killed there; then files and databases are compared with those before and after.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Write to a temporary file, sync it, rename it over the old one and "
    "remove it on failure; put what belongs together into one transaction"
)

HAZARD = Hazard(
    title="Leave files and databases wholly before or wholly after",
    practice="transactions",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="faults",
)
