"""Code that needs a package which its project does not name works on one machine only.

Where it was written the package happens to be installed, so every test passes; the
first clean installation fails on import. It is judged for what was installed while the
code was written.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Add the package to the project's dependencies, and to its lock if there is"
    " one"
)

HAZARD = Hazard(
    title="Name every package that the code needs",
    practice="clear-contracts",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.EVERYWHERE,
    stage="dependencies",
)
