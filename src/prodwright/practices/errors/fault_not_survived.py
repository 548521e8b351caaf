"""A fault that has gone leaves the program broken: a lock that is held, a cache of the
failure, a dead worker.

The tests run once for each fault that the code under test can meet, forked, in virtual
time; afterwards the same test runs once more in the same process and must pass.
"""

from __future__ import annotations

from prodwright.kit import Brief, Hazard, Scope, Severity

REPAIR = Brief(
    summary="Give back in finally or with what was taken, and keep no failure for "
    "an answer"
)

HAZARD = Hazard(
    title="Come through a fault and work again",
    practice="recovery",
    severity=Severity.HIGH,
    repair=REPAIR,
    examples=(),
    references=(),
    scope=Scope.PRODUCTION,
    stage="faults",
)
