"""A password in a log is read by everybody who reads logs, as long as they are kept.

Logs go to a collector, to backups and into tickets; none of these is protected like the
place where the secret belongs.
"""

from __future__ import annotations

from prodwright.kit import Brief, Example, Flow, Hazard, Severity

EXAMPLES = (
    Example(
        bad="""
            import logging

            log = logging.getLogger(__name__)


            def login(name, password):
                log.info("login of %s with %s", name, password)  # flagged
        """,
        good="""
            import logging

            log = logging.getLogger(__name__)


            def login(name, password):
                log.info("login of %s, password given: %s", name, bool(password))
        """,
    ),
)

REPAIR = Brief(summary="Log that it was there, or a name for it; never the value")

HAZARD = Hazard(
    title="Keep secrets out of logs",
    practice="sensitive-data",
    severity=Severity.HIGH,
    # What is a secret is guessed from a name, and a guess does not carry far.
    flow=Flow("secret-log", says="is written to a log", most_hops=0),
    repair=REPAIR,
    examples=EXAMPLES,
    references=(
        "CWE-532",
        "ASVS 5 16.2.5",
    ),
)
