"""A type error is a crash that waits for the first caller to take that path.

The project's own type checker, with the project's own configuration, says that
two parts disagree about what they hand each other. It is judged only where the
project has a type checker.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Mend what the type checker names; do not silence it")

HAZARD = Hazard(
    title="Keep the type checker silent",
    practice="clear-contracts",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.EVERYWHERE,
    stage="types",
)
