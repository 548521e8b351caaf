"""A password that is kept as it is, or hashed fast and without salt, is everybody's
once the database or a file is copied.

Requests that the project's own tests make are put again with a password that stands
nowhere else, and what is written is searched for it.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Keep passwords as argon2id or scrypt hashes, and nothing needlessly"
)

HAZARD = Hazard(
    title="Keep no secret as it is",
    practice="sensitive-data",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="fuzz",
)
