"""All oracles, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from prodwright.probes.faults.judging import Run, Sight
from prodwright.probes.faults.oracles import absorption, errors, retries, state


def judge(run: Run) -> Iterator[Sight]:
    """Yield kind, level and consequence of what went wrong in `run`."""
    if not run.hung:
        yield from absorption.judge(run)
        yield from errors.judge(run)
        yield from state.judge(run)
    yield from retries.judge(run)
