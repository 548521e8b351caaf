"""Code that no test executes is tried for the first time by a customer.

It parses and it reads well; whether it works nobody has seen.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Add a test that calls it, with the edge cases it is there for")

HAZARD = Hazard(
    title="Have a test execute all code",
    practice="unit-tests",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.EVERYWHERE,
    stage="mutants",
)
