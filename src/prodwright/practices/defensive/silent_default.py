"""A secret with a default is the same, public secret wherever nobody set it.

The service starts without complaint, signs with a value that stands in the
repository, and the missing setting is found by whoever forges the first token.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import os

            SECRET_KEY = os.environ.get("SECRET_KEY", "change-me")  # flagged
        """,
        good="""
            import os

            SECRET_KEY = os.environ["SECRET_KEY"]
            DEBUG = os.environ.get("DEBUG", "0")
        """,
    ),
)

_READS = frozenset({"os.environ.get", "os.getenv", "environ.get"})
_SECRET = re.compile(
    r"(.*_)?(SECRET|SECRET_KEY|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|ACCESS_KEY|JWT_KEY|"
    r"SIGNING_KEY|AUTH_TOKEN|ENCRYPTION_KEY)"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_READS):
        match call.args:
            case [ast.Constant(value=str(name)), ast.Constant(value=str(default))]:
                if not default or not _SECRET.fullmatch(name.upper()):
                    continue
                message = f"{name} falls back to a value everybody knows"
                yield Site(node=call, message=message, redact=(default,))


REPAIR = Brief(
    summary="Read the setting without a default at start-up and refuse to start when "
    "it is missing"
)

HAZARD = Hazard(
    title="Refuse to start without the secrets you need",
    practice="guard-clauses",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1188", "CWE-798", "ASVS 5 13.3.1"),
)
