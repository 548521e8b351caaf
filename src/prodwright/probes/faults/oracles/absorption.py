"""A failure that nobody hears of."""

from __future__ import annotations

from collections.abc import Iterator

from prodwright.probes.faults.judging import (
    BAD_BODIES,
    MILD,
    TIDYING_UP,
    Run,
    Sight,
)
from prodwright.probes.faults.values import MEDIUM, STRONG, WEAK

_NOTHING = ("None", "False", "True")
_REMOTE_READS = ("http", "sql.execute", "redis", "socket.recv", "postgres")


def judge(run: Run) -> Iterator[Sight]:
    """Yield what is wrong when no error came out."""
    if not run.absorbed or run.fault in MILD:
        return
    if run.fault == "cancel":
        yield "cancel-swallowed", STRONG, "CancelledError did not leave the task"
        return
    if run.fault == "short":
        if run.left.error is not None:
            told = "a short read or write, which is legal, changed the result"
            yield "short-io-unsafe", STRONG, told
        return
    statuses = [status for status, _, after in run.responses if after and status >= 400]
    if statuses:
        if 500 in statuses:
            told = "a dependency's fault came out as a plain 500"
            yield "unmapped-500", MEDIUM, told
        return
    if not run.told_failure:
        yield from _untold(run)


def _untold(run: Run) -> Iterator[Sight]:
    if run.left.error is not None:
        yield from _wrong_result(run)
    elif _is_effect_lost(run) and not run.injection.tidying:
        yield from _lost(run)
    elif run.retried:
        return
    elif not run.watch.is_told:
        yield _swallowed(run)
    elif run.injection.point.writes and not _is_harmless(run):
        yield from _claimed(run)


def _wrong_result(run: Run) -> Iterator[Sight]:
    """The test saw another result, and nobody was told why."""
    if run.watch.is_told or (run.injection.tidying and run.fault != "cancel"):
        return
    returned = run.returned
    value = returned.value if returned else "?"
    known = returned is not None and (returned.function, value) in run.base.returns
    told = f"nobody is told, and {_name(run)} returns {value}"
    if value in ("None", "False") and not known:
        yield "sentinel-return", MEDIUM, told
    else:
        yield "silent-wrong-result", STRONG, told


def _is_effect_lost(run: Run) -> bool:
    return run.stable(run.base.final) != run.kept and not run.torn()


def _lost(run: Run) -> Iterator[Sight]:
    told = f"{_name(run)} returns as if done, and its effect is missing"
    if not run.watch.is_told:
        yield "lost-write", STRONG, told
        return
    if _is_secondary(run):
        yield "lost-write", WEAK, f"{told}; it is logged"
        return
    yield "lost-write", MEDIUM, f"{told}; it is only logged"


def _swallowed(run: Run) -> Sight:
    told = "the fault is absorbed: no log, no retry, the same result"
    if _is_harmless(run) or run.went_another_way:
        return "silent-swallow", WEAK, told
    if run.injection.point.writes:
        return "silent-swallow", STRONG, f"{told}, and success is claimed"
    return "silent-swallow", MEDIUM, told


def _claimed(run: Run) -> Iterator[Sight]:
    """A failed write was logged, and the caller is told that it is done."""
    returned = run.returned
    if returned is None or (returned.function, returned.value) not in run.base.returns:
        return
    told = f"a failed write is logged, yet {_name(run)} returns {returned.value}"
    if returned.value == "None" or _is_secondary(run):
        yield "false-success", WEAK, f"{told} as if done"
    else:
        yield "false-success", STRONG, f"{told} as if done"


def _is_harmless(run: Run) -> bool:
    tidying = run.injection.tidying or run.injection.point.operation in TIDYING_UP
    return tidying or run.fault in BAD_BODIES


def _is_secondary(run: Run) -> bool:
    """Tell whether the call's result rests on something else than what failed.

    Its value was read elsewhere, or another write of the same call has been done.
    """
    point = run.injection.point
    others = [each for each in run.recorder.points if each is not point]
    if any(each.writes and each.operation != point.operation for each in others):
        return True
    returned = run.returned
    has_value = returned is not None and returned.value not in _NOTHING
    return has_value and any(
        each.operation.startswith(_REMOTE_READS) and not each.writes for each in others
    )


def _name(run: Run) -> str:
    returned = run.returned
    return f"{returned.function}()" if returned else run.injection.point.place.function
