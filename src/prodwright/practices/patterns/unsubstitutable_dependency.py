"""Code that uses more of a dependency than it asks for works with that one only.

The test's fake, the second provider and the decorator that adds a retry all keep the
promise, and fail all the same: the code reaches for what was never promised.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Promise what is used in the declared type, or stop using it there"
)

HAZARD = Hazard(
    title="Use of a dependency what its type promises",
    practice="dependency-injection",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=("Barbara Liskov, Jeannette Wing: A Behavioral Notion of Subtyping",),
    scope=Scope.EVERYWHERE,
    stage="architecture",
)
