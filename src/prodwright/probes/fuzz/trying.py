"""Tries the cases of one operation, in as many runs of a test as it takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.fuzz.aims import Aim
from prodwright.probes.fuzz.attacking import Choice, Tell
from prodwright.probes.fuzz.breaking import MEDIUM, STRONG, WEAK
from prodwright.probes.fuzz.cases import SEED
from prodwright.probes.fuzz.streaming import BUSY, HUNG, LATE, Patience, told_by
from prodwright.probes.races.places import Places

_PER_RUN = 80  # cases; what they change is forgotten with the run
_CPU_SECONDS = 4.0
_WALL_SECONDS = 12.0
_GRACE_SECONDS = 20.0  # for trying again what was found at last
_MOST_HANGS = 2
_MOST_CONFIRMED = 12
_MOST_TRIES = 2
_NOBODY = "as:nobody"
_BY_PLACE = ("server-error", "traceback", "wrong-error")


@dataclass(slots=True)
class _Progress:
    """What came of some cases.

    Attributes:
        total: How many cases there are.
        done: Number of the last case that ended.
        requests: How many were put.
        begun: The case that has begun and not ended.
        hung: Seconds after which it was ended; 0: it was not.
        sightings: What was wrong, each with its case.
        is_over: Whether the run came to its end.
        refused: Whether the application wants no more requests.
        reached: Whether the request was come to.
        is_late: Whether the time was over.
        is_busy: Whether it used the processor when it was ended.
    """

    done: int = -1
    total: int = 0
    requests: int = 0
    begun: tuple[int, str] | None = None
    hung: float = 0.0
    sightings: list[dict[str, Any]] = field(default_factory=list)
    is_over: bool = False
    refused: bool = False
    reached: bool = False
    is_late: bool = False
    is_busy: bool = False

    def hear(self, told: dict[str, Any]) -> None:
        if LATE in told:
            self.is_late = True
            return
        self.reached = True
        self.total = told.get("total", self.total)
        if "begins" in told:
            self.begun = (told["begins"], told["case"])
        elif "ended" in told:
            self.begun = None
            self.requests += 1
            self.done = max(self.done, told["ended"])
            named = ({**each, "case": told["case"]} for each in told["sightings"])
            self.sightings.extend(named)
        elif "done" in told:
            self.is_over = True
        elif "refused" in told:
            self.refused = True
        elif HUNG in told and self.begun is not None:
            self.hung = told[HUNG]
            self.is_busy = told[BUSY]


class Trying:
    """Tries operations until the time is over.

    Args:
        places: Tells what is under test.
        ends_at: On the monotonic clock.
    """

    def __init__(self, places: Places, ends_at: float) -> None:
        self._places = places
        self._ends_at = ends_at

    def explored(self, item: pytest.Item, aim: Aim) -> dict[str, Any]:
        """Return what is wrong with one operation, and how much was tried."""
        first = requests = hangs = 0
        every = 1  # as long as nobody knows
        found: list[dict[str, Any]] = []
        refused = broken = False
        while first < every and not (refused or broken):
            if self._is_late() or hangs >= _MOST_HANGS:
                break
            choice = Choice(first=first, most=_PER_RUN)
            run = self._run(item, aim, choice)
            if not run.reached:
                if run.is_late:
                    break
                why = "the test does not come to the same request again"
                return _told("unjudged", requests, every - first, found, why)
            every = run.total
            requests += run.requests
            found += _of_hang(run, aim)
            hangs += bool(run.hung)
            found += run.sightings
            refused = run.refused
            broken = any(each["case"] == SEED for each in run.sightings)
            first = _next(run, first)
        if not requests and self._is_late():
            return _told("unjudged", 0, 0, [], "the time ran out before it was tried")
        kept = self._confirmed(item, aim, found)
        why = "it answers that there are too many requests" if refused else ""
        left = 0 if broken else max(every - first, 0)
        return _told("tried", requests, left, kept, why)

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends_at

    def replayed(self, item: pytest.Item, aim: Aim, case: str) -> dict[str, Any]:
        """Return what is wrong with the answer to one case."""
        run = self._run(item, aim, _alone(case))
        if not run.reached:
            return _told("unjudged", 0, 1, [], "the test does not come to the request")
        sightings = [*_of_hang(run, aim), *run.sightings]
        own = [each for each in sightings if each["case"] in (case, SEED)]
        return _told("tried", run.requests, 0, own, "")

    def _run(
        self,
        item: pytest.Item,
        aim: Aim,
        choice: Choice,
    ) -> _Progress:
        progress = _Progress()
        work = partial(self._in_test, item, aim, choice)
        patience = Patience(
            cpu_seconds=_CPU_SECONDS,
            wall_seconds=_WALL_SECONDS,
            until=self._ends_at + _GRACE_SECONDS,
        )
        for told in told_by(work, patience):
            progress.hear(told)
        return progress

    def _in_test(
        self,
        item: pytest.Item,
        aim: Aim,
        choice: Choice,
        tell: Tell,
    ) -> None:
        aim.attack(choice, str(item.config.rootpath), self._places, tell)
        runtestprotocol(item, log=False, nextitem=None)

    def _confirmed(
        self,
        item: pytest.Item,
        aim: Aim,
        found: list[dict[str, Any]],
    ) -> list[dict[str, Any]]:
        """Try each kind of finding once more, by itself: only that can be replayed."""
        kept: list[dict[str, Any]] = []
        for group in list(_grouped(found).values())[:_MOST_CONFIRMED]:
            for each in group[:_MOST_TRIES]:
                if each["level"] == WEAK:
                    kept.append(each)
                    break
                alone = _alone(each["case"])
                again = self._run(item, aim, alone)
                seen = [*_of_hang(again, aim), *again.sightings]
                same = [e for e in seen if _kind(e) == _kind(each)]
                if same:
                    kept.append({**same[0], "count": len(group)})
                    break
            else:
                says = f"{group[0]['says']} (only after other requests)"
                kept.append({**group[0], "says": says, "level": WEAK})
        return kept


def _alone(case: str) -> Choice:
    """Whether credentials matter is seen by leaving them out."""
    return Choice(wanted=(_NOBODY, case) if case.startswith("as:") else (case,))


def _next(run: _Progress, first: int) -> int:
    """Return the number of the case to go on with; each run gets further."""
    if run.is_over:
        return first + _PER_RUN
    stopped = run.begun[0] if run.begun else run.done
    return max(stopped, run.done, first) + 1


def _of_hang(run: _Progress, aim: Aim) -> list[dict[str, Any]]:
    if run.begun is None or run.is_over or run.is_late:
        return []
    if run.hung and not (aim.may_wait and not run.is_busy):
        says = f"it was ended after {run.hung:.0f} s without an answer"
        return [_sighting("hang", STRONG, says, run.begun[1])]
    if run.hung:
        return []  # it serves, or waits for somebody at a terminal
    says = "the process ended instead of answering"
    return [_sighting("died", MEDIUM, says, run.begun[1])]


def _sighting(kind: str, level: str, says: str, case: str) -> dict[str, Any]:
    return {"kind": kind, "level": level, "says": says, "place": None, "case": case}


def _kind(sighting: dict[str, Any]) -> tuple[str, str]:
    """Errors are the same when they come from the same place, and delays always."""
    kind = "hang" if sighting["kind"] == "slow" else sighting["kind"]
    return kind, str(sighting["place"]) if kind in _BY_PLACE else ""


def _grouped(
    found: list[dict[str, Any]],
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    order = (STRONG, MEDIUM, WEAK)
    for each in sorted(found, key=lambda one: order.index(one["level"])):
        groups.setdefault(_kind(each), []).append(each)
    return groups


def _told(
    state: str, requests: int, left: int, sightings: list[dict[str, Any]], why: str
) -> dict[str, Any]:
    return {
        "state": state,
        "requests": requests,
        "left": left,
        "sightings": sightings,
        "why": why,
    }
