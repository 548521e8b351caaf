"""Retries: how many, how fast, of what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from prodwright.probes.faults.judging import Run, Sight
from prodwright.probes.faults.recorder import Attempt
from prodwright.probes.faults.values import MEDIUM, STRONG

_MOST_ATTEMPTS = 10
_PATIENT_SECONDS = 0.5  # on average between attempts; whoever waits longer is polling
_ENOUGH_TO_JUDGE = 3
_RETRY_AFTER_SECONDS = 7.0
_TOLERANCE_SECONDS = 0.5  # what has really passed is not counted
_AMBIGUOUS = frozenset({"answer-lost", "stall", "reset", "cut-body"})
# A buffer tries to empty itself again and again, and one commit is like another.
_NO_RETRIES = frozenset({"file.write", "sql.commit", "postgres.commit"})
_UNSAFE = ("POST", "PATCH")


def judge(run: Run) -> Iterator[Sight]:
    """Yield what is wrong with how the call was repeated."""
    attempts = run.recorder.attempts
    plan = run.recorder.plan
    if not attempts or plan is None or plan.operation in _NO_RETRIES:
        return
    first = attempts[0]
    same = [
        each
        for each in attempts
        if (each.identity, each.entry) == (first.identity, first.entry)
    ]
    met = [each for each in same if each.met]
    yield from _bounds(met)
    if len(same) > 1:
        yield from _second(run.fault, same)


def _bounds(met: list[Attempt]) -> Iterator[Sight]:
    gaps = [later.at - earlier.at for earlier, later in pairwise(met)]
    hasty = sum(gaps) < len(met) * _PATIENT_SECONDS
    if len(met) > _MOST_ATTEMPTS and hasty:
        yield "retry-storm", STRONG, f"{len(met)} attempts"
    if len(met) >= _ENOUGH_TO_JUDGE and max(gaps) < 0.02:
        yield "no-backoff", STRONG, f"{len(met)} attempts with no wait between"


def _second(fault: str, same: list[Attempt]) -> Iterator[Sight]:
    first, second = same[0], same[1]
    waited = second.at - first.at
    if fault == "status-429" and waited < _RETRY_AFTER_SECONDS - _TOLERANCE_SECONDS:
        told = f"repeated after {waited:.1f} s; the server asked for 7 s"
        yield "ignores-retry-after", MEDIUM, told
    if fault == "status-400":
        yield "retry-nonretryable", MEDIUM, "a request that was refused is repeated"
    if fault in _AMBIGUOUS and first.facts.get("method") in _UNSAFE:
        key, again = first.facts.get("key"), second.facts.get("key")
        if not key or key != again:
            told = "repeated although it may have been done, without the same key"
            yield "unsafe-retry", STRONG, f"{first.facts['method']} is {told}"
