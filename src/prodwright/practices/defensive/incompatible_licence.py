"""A package under a copyleft licence may oblige the whole program to be under it.

It is found when somebody buys, audits or ships the program, and is then dear to take
out.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(summary="Ask whoever decides on licences, or take another package")

HAZARD = Hazard(
    title="Know the licences of what is taken",
    practice="distrust-external-data",
    severity=Severity.MEDIUM,
    repair=REPAIR,
    examples=(),
    references=("SPDX License List",),
    scope=Scope.EVERYWHERE,
    stage="supply",
)
