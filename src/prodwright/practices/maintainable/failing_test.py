"""A failing test says that the code does not do what somebody relied on.

The project's own tests run in isolation, with one planted test that must fail,
so that a run which reports nothing cannot pass for success.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Mend the code until the test passes as it stands")

HAZARD = Hazard(
    title="Keep every test green",
    practice="unit-tests",
    severity=Severity.CRITICAL,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.EVERYWHERE,
    stage="tests",
)
