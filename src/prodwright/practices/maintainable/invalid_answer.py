"""An answer that says it is JSON and holds NaN breaks the parsers of other languages:
one bad number is an outage of every client that reads the list.

Requests that the project's own tests make are put again with numbers that are none.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Refuse NaN and Infinity coming in, and encode with allow_nan=False"
)

HAZARD = Hazard(
    title="Answer with what the content type says",
    practice="clear-contracts",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="fuzz",
)
