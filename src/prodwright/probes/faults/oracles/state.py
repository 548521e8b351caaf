"""Files and databases that are neither as before nor as after."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodwright.probes.faults.judging import MILD, TIDYING_UP, Run, Sight
from prodwright.probes.faults.values import MEDIUM, STRONG, WEAK

_BY_CHANCE = re.compile(r"[0-9a-f]{8,}|\d+")


def judge(run: Run) -> Iterator[Sight]:
    """Yield torn files and forgotten temporary ones."""
    operation = run.injection.point.operation
    kept = {_shape(each) for each in run.base.kept_files}
    for name, is_new in run.torn():
        if is_new and (run.injection.tidying or operation in TIDYING_UP):
            continue  # what could not be removed is still there
        if is_new and name in run.base.kept_files | run.injection.files:
            continue  # whoever removes it in the end, it is not this code
        if is_new and run.injection.beside and _shape(name) in kept:
            continue  # what came before, by another name
        if run.fault in MILD:
            yield "partial-effect", WEAK, f"{name} is left half done"
        elif is_new:
            yield "temp-left", MEDIUM, f"{name} is left behind"
        else:
            yield "partial-effect", STRONG, f"{name} is neither as before nor as after"


def _shape(name: str) -> str:
    """Return a name without what differs from run to run."""
    return _BY_CHANCE.sub("#", name)
