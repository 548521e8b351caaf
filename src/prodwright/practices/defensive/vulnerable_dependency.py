"""A package with a published flaw hands its exploit to whoever reads the advisory.

The flaw, how it is used, and the version that mends it are public; scanners try it on
every address there is within days.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Raise the package to a version that the advisory calls mended")

HAZARD = Hazard(
    title="Use no version with a known flaw",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=("CWE-1395",),
    scope=Scope.EVERYWHERE,
    stage="supply",
)
