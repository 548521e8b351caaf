"""A test that cannot fail protects nothing and looks as if it did.

Each new test runs against small automatic changes of the very functions that it
executes: conditions negated, results replaced by None, calls dropped, constants
changed. A test that notices none of them counts as nothing.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Assert what the name of the test promises, on the values that the code "
    "under test returns or stores"
)

HAZARD = Hazard(
    title="Write tests that can fail",
    practice="unit-tests",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.EVERYWHERE,
    stage="integrity",
)
