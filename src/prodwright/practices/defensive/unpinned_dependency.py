"""A version that nobody chose is installed in production some day.

What was tried is not what runs: a new release of a package, or of one that it needs,
comes in with the next build, also when nothing else was changed.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Write a lock with exact versions and hashes; install from it")

HAZARD = Hazard(
    title="Install what was tried",
    practice="distrust-external-data",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=("CWE-1357",),
    scope=Scope.EVERYWHERE,
    stage="supply",
)
