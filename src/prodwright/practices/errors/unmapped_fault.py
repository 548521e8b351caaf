"""A fault of a dependency comes out as it is, or as a plain 500: callers cannot tell
whose fault it is, nor whether to try again.

The tests run once for each fault that the code under test can meet, and what comes out
is looked at.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Map the errors of each dependency to errors of your own, at one place"
)

HAZARD = Hazard(
    title="Say what a fault means to the caller",
    practice="clear-propagation",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="faults",
)
