"""Which orders of turns are still to be tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from prodwright.probes.races.scheduling import Schedule

MOST_TURNS = 60
_PREEMPTIONS = 2


@dataclass(slots=True)
class Attempt:
    """One order of turns, and what became of it."""

    tried: tuple[int, ...]
    frontier: Frontier

    def tell(self, schedule: Schedule) -> None:
        """Let the frontier know which other turns there were."""
        self.frontier.grow(self.tried, schedule)


class Frontier:
    """Which orders are still to be tried, those with few interruptions first."""

    def __init__(self, most_runs: int, *, is_async: bool) -> None:
        self._left = most_runs
        self._is_async = is_async
        self._waiting: deque[tuple[int, ...]] = deque([()])
        self._known: set[tuple[int, ...]] = {()}

    def choices(self) -> Iterator[Attempt]:
        """Yield orders; each is to be told what became of it."""
        while self._waiting and self._left > 0:
            self._left -= 1
            yield Attempt(self._waiting.popleft(), self)

    def grow(self, tried: tuple[int, ...], schedule: Schedule) -> None:
        """Add the orders that differ from this one in one later turn."""
        turns = schedule.turns[:MOST_TURNS]
        chosen = tuple(each.chosen for each in turns)
        for number in range(len(tried), len(turns)):
            for other in turns[number].others:
                order = (*chosen[:number], other)
                if order in self._known:
                    continue
                if self._is_async or self._interruptions(turns, order) <= _PREEMPTIONS:
                    self._known.add(order)
                    self._waiting.append(order)

    @staticmethod
    def _interruptions(turns: Sequence[Any], order: tuple[int, ...]) -> int:
        """Count the turns at which somebody was interrupted that could go on."""
        count = 0
        for turn, chosen in zip(turns, order, strict=False):
            count += turn.going not in (-1, chosen)
        return count
