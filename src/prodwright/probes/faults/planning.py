"""Which faults are tried, the most telling ones first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence

from prodwright.probes.faults.settings import Settings
from prodwright.probes.faults.values import FOREVER, Plan, Point

# Faults that last: also tried as one that stays, and as one that goes after a while.
_LASTING = frozenset(
    {
        "answer-lost",
        "busy",
        "cannot-open",
        "disconnected",
        "eacces",
        "enospc",
        "exit-code",
        "loading",
        "locked",
        "missing",
        "no-name",
        "refused",
        "reset",
        "serialization",
        "stall",
        "status-400",
        "status-429",
        "status-503",
    }
)
_FIRST = 2  # "the first N attempts fail": retries must help
_SHORT_LIVED = frozenset({"busy", "locked", "refused", "serialization", "status-503"})
# Tried last: what they show is seldom more than a hint.
_LATE = frozenset(
    {
        "clock-back",
        "clock-forward",
        "cut-body",
        "empty-object",
        "memory",
        "oversized-body",
        "slow-drip",
        "status-429-bare",
    }
)


class Novelty:
    """Remembers what was tried anywhere: the same place and fault is new once.

    From another test the same place may behave differently, so it is tried again when
    there is time, after everything new.

    Args:
        settings: Names the folder in which several processes share what they tried.
    """

    def __init__(self, settings: Settings) -> None:
        self._claims = settings.claims
        self._claimed: set[str] = set()
        self._settings = settings

    def plans(self, points: Sequence[Point]) -> list[tuple[Plan, Point]]:
        """Return what can be tried, in order."""
        only = self._settings.only
        if only:
            meeting = (_meeting(each, points) for each in only)
            return [each for each in meeting if each is not None]
        every = [each for each in _plans(points) if self._settings.tries(each[0].fault)]
        return sorted(every, key=lambda each: each[0].fault in _LATE)

    def claim(self, plan: Plan, point: Point) -> bool:
        """Tell whether nobody has tried this here, and note that it is tried now."""
        place = point.place
        key = (plan.operation, place.path, place.line, plan.fault, plan.times)
        name = hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
        if name in self._claimed:
            return False
        self._claimed.add(name)
        return not self._claims or _made(f"{self._claims}/{name}")


def _meeting(plan: Plan, points: Iterable[Point]) -> tuple[Plan, Point] | None:
    """Return `plan` with the first point that meets it; None: none does."""
    for each in points:
        if plan.meets(each.operation, each.place, each.occurrence):
            return plan, each
    return None


def _made(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _plans(points: Iterable[Point]) -> Iterator[tuple[Plan, Point]]:
    """Yield each fault at the first and the last occurrence of each place."""
    groups: dict[tuple[str, str, int], list[Point]] = {}
    for point in points:
        place = point.place
        groups.setdefault((point.operation, place.path, place.line), []).append(point)
    for group in groups.values():
        for point in dict.fromkeys((group[0], group[-1])):
            for fault in point.faults:
                yield Plan.at(point, fault), point
                if point is group[0] and fault in _LASTING:
                    yield Plan.at(point, fault, FOREVER), point
                if point is group[0] and fault in _SHORT_LIVED:
                    yield Plan.at(point, fault, _FIRST), point
