"""Whether an outcome is one that whole calls, one after the other, can have."""

from __future__ import annotations

from dataclasses import dataclass, field

from prodwright.probes.races.observing import FILE, Outcome
from prodwright.probes.races.scheduling import Schedule

SERIAL, RACE, DEADLOCK, UNJUDGED = "serial", "race", "deadlock", "unjudged"
_ABSENT = "is not there"


@dataclass(slots=True, kw_only=True)
class Explored:
    """What was seen of two calls at once.

    Attributes:
        verdict: One of the four above.
        runs: How often they were made at once.
        choices: Of the run that shows it; replays it.
        place: Path and line at which one call was interrupted.
        differences: By what is seen: what it is there, and what it may be.
        why: Why nothing could be judged.
        reaches_outside: Whether the calls write to files or databases, or use a
            connection.
        is_whole: Whether every order within the bounds was tried.
    """

    verdict: str
    runs: int = 0
    choices: tuple[int, ...] = ()
    place: tuple[str, int] = ("", 0)
    differences: dict[str, list[str]] = field(default_factory=dict)
    why: str = ""
    reaches_outside: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Serial:
    """What whole calls, one after the other, give.

    Attributes:
        outcomes: Of each order.
        unstable: What is another thing each time, such as a time or a new id.
        refused: For which calls there are outcomes without them, too.
    """

    outcomes: tuple[Outcome, ...]
    unstable: frozenset[str]
    refused: tuple[set[int], ...] = ()

    def comparable(self, outcome: Outcome) -> set[str]:
        """Return the names of all that can be compared with `outcome`."""
        known = set[str]().union(*self.outcomes)
        renamed = any(each.startswith(f"{FILE} ") for each in self.unstable)
        new = () if renamed else set(outcome) - known  # new names each time
        return known.union(new) - self.unstable


def judged(outcome: Outcome, schedule: Schedule, serial: Serial) -> Explored | None:
    """Return what is wrong with `outcome`; None when whole calls can have it, too."""
    choices = tuple(each.chosen for each in schedule.turns)
    if schedule.deadlocked:
        where = [each.place for each in schedule.turns if each.place[0]]
        place = where[-1] if where else ("", 0)
        return Explored(verdict=DEADLOCK, choices=choices, place=place)
    names = sorted(serial.comparable(outcome))
    seen = _part(outcome, names)
    may_be = [_part(each, names) for each in serial.outcomes]
    if seen in may_be:
        return None
    interrupted = (e.place for e in schedule.turns if e.interrupts and e.place[0])
    return Explored(
        verdict=RACE,
        choices=choices,
        place=next(interrupted, ("", 0)),
        differences=_differences(seen, may_be),
    )


def _part(outcome: Outcome, names: list[str]) -> Outcome:
    return {name: outcome.get(name, _ABSENT) for name in names}


def _differences(seen: Outcome, may_be: list[Outcome]) -> dict[str, list[str]]:
    """Tell what no order gives; if each is given by some order, what they differ in."""
    given = {name: {each[name] for each in may_be} for name in seen}
    never = [name for name, text in seen.items() if text not in given[name]]
    mixed = [name for name in seen if len(given[name]) > 1]
    return {name: [seen[name], *sorted(given[name])] for name in never or mixed}
