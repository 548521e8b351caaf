"""Errors that nobody meant to raise, or that hide what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from prodwright.probes.faults.judging import PROGRAMMING, Run, Sight, chain
from prodwright.probes.faults.values import STRONG, WEAK


def judge(run: Run) -> Iterator[Sight]:
    """Yield what is wrong with the error that came out."""
    error, left = run.left.error, run.left
    if error is None or run.absorbed or not left.through_code:
        return
    if isinstance(error, PROGRAMMING) and not left.raised_by_code:
        yield "broken-error-path", STRONG, left.texts[0][:100]
    elif run.fault == "cancel":
        if not isinstance(error, asyncio.CancelledError):
            told = f"cancellation became {type(error).__name__}"
            yield "cancel-swallowed", STRONG, told
    elif run.fault == "short":
        told = f"a short read or write, which is legal, became {left.texts[0][:80]}"
        yield "short-io-unsafe", STRONG, told
    elif error in run.recorder.raised:
        kind = f"{type(error).__module__}.{type(error).__name__}"
        yield "raw-error", WEAK, f"{kind} passes through as it is"
    elif _hides_cause(run):
        yield "cause-lost", WEAK, f"{type(error).__name__} hides what caused it"


def _hides_cause(run: Run) -> bool:
    raised = run.recorder.raised
    if not raised or run.watch.is_told:
        return False
    return not any(each in raised for each in chain(run.left.error))
