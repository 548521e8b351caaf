"""Bad input that nobody expected comes out as a 500 or a traceback: it fills the error
log, wakes somebody up, and tells an attacker where to dig.

Requests that the project's own tests make are put again, with values at and beyond
every bound, of other types, in strange encodings.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Check type, range and encoding where input comes in, and answer 4xx"
)

HAZARD = Hazard(
    title="Refuse bad input before it breaks something",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="fuzz",
)
