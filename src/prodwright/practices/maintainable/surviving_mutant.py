"""A change that no test notices is a bug that no test would have found.

The tests execute the line, and so it counts as covered; what it does, nobody looks at.
Whoever changes it next, by mistake or by merge, hears nothing.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Add a test that fails with the change and passes without it")

HAZARD = Hazard(
    title="Hold every promise by a test",
    practice="unit-tests",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=("DeMillo, Lipton, Sayward: Hints on Test Data Selection, 1978",),
    scope=Scope.EVERYWHERE,
    stage="mutants",
)
