"""One short request keeps a worker busy for minutes or takes all of its memory, and a
hundred of them take the service.

Requests that the project's own tests make are put again with text that regular
expressions go back over, with nesting, long lists and squeezed bodies.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Bound length, depth and count of what comes in, before it is used"
)

HAZARD = Hazard(
    title="Bound what one request may cost",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="fuzz",
)
