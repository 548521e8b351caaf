"""What a sighting of the fault exploration means: its hazard, practice and severity."""

from __future__ import annotations

from prodwright.adapters.fault_runs import FaultSighting
from prodwright.core.finding import Severity

SEVERITIES = {
    "strong": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "weak": Severity.NOTE,
}
_LEFT_OVER = (
    ("transaction", ("missing-rollback", "transactions")),
    ("thread", ("forgotten-task", "concurrency")),
    ("task", ("forgotten-task", "concurrency")),
)
_HAZARDS = {
    "no-timeout": ("missing-timeout", "recovery"),
    "long-timeout": ("missing-timeout", "recovery"),
    "hang": ("missing-timeout", "recovery"),
    "slow": ("unbounded-retry", "recovery"),
    "retry-storm": ("unbounded-retry", "recovery"),
    "no-backoff": ("retry-without-backoff", "recovery"),
    "ignores-retry-after": ("retry-without-backoff", "recovery"),
    "retry-nonretryable": ("unbounded-retry", "recovery"),
    "unsafe-retry": ("retry-of-unsafe-call", "recovery"),
    "no-recovery": ("fault-not-survived", "recovery"),
    "died": ("fault-not-survived", "recovery"),
    "silent-swallow": ("swallowed-exception", "contextual-logging"),
    "silent-wrong-result": ("swallowed-exception", "contextual-logging"),
    "sentinel-return": ("swallowed-exception", "contextual-logging"),
    "false-success": ("swallowed-exception", "contextual-logging"),
    "lost-write": ("swallowed-exception", "contextual-logging"),
    "log-spam": ("log-and-raise", "contextual-logging"),
    "broken-error-path": ("broken-error-path", "clear-propagation"),
    "unmapped-500": ("unmapped-fault", "clear-propagation"),
    "raw-error": ("unmapped-fault", "clear-propagation"),
    "cause-lost": ("raise-without-cause", "clear-propagation"),
    "cancel-swallowed": ("swallowed-cancellation", "specific-handlers"),
    "internals-in-response": ("exception-to-client", "safe-messages"),
    "short-io-unsafe": ("short-io", "distrust-external-data"),
    "partial-effect": ("torn-state", "transactions"),
    "torn-on-crash": ("torn-state", "transactions"),
    "lost-on-crash": ("torn-state", "transactions"),
    "twice-on-crash": ("torn-state", "transactions"),
    "blocked-by-crash": ("fault-not-survived", "recovery"),
    "temp-left": ("torn-state", "transactions"),
    "rename-without-fsync": ("torn-state", "transactions"),
}
# Which practices a fault puts to the test, whatever else it does.
_ALWAYS = ("clear-propagation", "contextual-logging", "pooling")
_BESIDES = {
    "stall": ("recovery",),
    "refused": ("recovery",),
    "reset": ("recovery",),
    "answer-lost": ("recovery",),
    "status-429": ("recovery",),
    "status-503": ("recovery",),
    "locked": ("recovery", "transactions"),
    "busy": ("recovery", "transactions"),
    "disconnected": ("recovery", "transactions"),
    "serialization": ("recovery", "transactions"),
    "enospc": ("transactions",),
    "failed": ("transactions",),
    "crash": ("transactions",),
    "short": ("distrust-external-data",),
    "null-body": ("distrust-external-data",),
    "empty-object": ("distrust-external-data",),
    "html-body": ("distrust-external-data",),
    "cancel": ("specific-handlers", "concurrency"),
}


def hazard_of(kind: str, says: str) -> tuple[str, str]:
    """Return the hazard and the practice that a sighting is about.

    Args:
        kind: Of the sighting.
        says: Its consequence, which tells what is left over or leaked where.
    """
    if kind == "leak":
        found = (names for word, names in _LEFT_OVER if word in says)
        return next(found, ("unclosed-resource", "pooling"))
    if kind == "secret-leak":
        logged = "a log" in says or "output" in says
        secret_in_log = ("secret-in-log", "sensitive-data")
        return secret_in_log if logged else ("secret-in-exception", "safe-messages")
    return _HAZARDS.get(kind, ("fault-not-survived", "recovery"))


def practice_of(sighting: FaultSighting) -> str:
    """Return the practice that `sighting` shows broken."""
    return hazard_of(sighting.kind, sighting.says)[1]


def practices_tried(plan: str) -> tuple[str, ...]:
    """Return the practices that the fault of `plan` puts to the test."""
    fault = plan.rpartition("=")[2].partition("*")[0]
    if fault == "crash":
        return _BESIDES["crash"]
    return (*_ALWAYS, *_BESIDES.get(fault, ()))
