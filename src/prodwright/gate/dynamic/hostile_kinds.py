"""What a sighting at a boundary means: its hazard and its practice."""

from __future__ import annotations

from prodwright.core.finding import Severity

SEVERITIES = {
    "strong": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "weak": Severity.NOTE,
}
_HAZARDS = {
    "server-error": ("unhandled-input", "validate-boundaries"),
    "traceback": ("unhandled-input", "validate-boundaries"),
    "wrong-error": ("unhandled-input", "validate-boundaries"),
    "died": ("unhandled-input", "validate-boundaries"),
    "accepted-invalid": ("unvalidated-body", "validate-boundaries"),
    "hang": ("costly-input", "validate-boundaries"),
    "slow": ("costly-input", "validate-boundaries"),
    "memory": ("costly-input", "validate-boundaries"),
    "internals": ("exception-to-client", "safe-messages"),
    "invalid-answer": ("invalid-answer", "clear-contracts"),
    "sql-injection": ("sql-injection", "parameterized-queries"),
    "template-injection": ("template-injection", "sanitize-io"),
    "code-injection": ("code-injection", "sanitize-io"),
    "command-injection": ("command-injection", "sanitize-io"),
    "path-traversal": ("path-traversal", "sanitize-io"),
    "xss": ("xss", "sanitize-io"),
    "header-injection": ("header-injection", "sanitize-io"),
    "open-redirect": ("open-redirect", "sanitize-io"),
    "ssrf": ("ssrf", "distrust-external-data"),
    "secret-kept": ("secret-at-rest", "sensitive-data"),
    "forged-credentials": ("jwt-unverified", "access-control"),
    "another-account": ("missing-object-check", "access-control"),
}
# What is tried at every boundary that takes a string, whatever comes of it.
TRIED = ("validate-boundaries", "safe-messages", "sanitize-io", "parameterized-queries")


def hazard_of(kind: str) -> tuple[str, str]:
    """Return the hazard and the practice that a sighting of `kind` is about."""
    return _HAZARDS.get(kind, ("unhandled-input", "validate-boundaries"))
