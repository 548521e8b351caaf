"""Makes calls of a test again with hostile values, before the test makes them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

from prodwright.probes.fuzz.attacking import Choice, Tell, told_of
from prodwright.probes.fuzz.call_cases import CallCase, cases_at
from prodwright.probes.fuzz.call_judging import sightings_of
from prodwright.probes.fuzz.calls import CallWatch, Point
from prodwright.probes.fuzz.judging import Cost
from prodwright.probes.fuzz.watching import Memory
from prodwright.probes.races.places import Places


class CallAttack:
    """Makes a call of a test with hostile values.

    Args:
        name: Of the point.
        choice: Which cases.
        places: Tells what is under test.
        tell: Hears what comes of each.

    Attributes:
        declared: Names of errors that tests expect.
    """

    def __init__(self, name: str, choice: Choice, places: Places, tell: Tell) -> None:
        self.declared: frozenset[str] = frozenset()
        self._name = name
        self._choice = choice
        self._places = places
        self._tell = tell

    def begin(self) -> None:
        """Wait for the call."""
        CallWatch(self._places, self._met).begin()

    def _met(self, point: Point) -> None:
        if operation_of(point) != self._name:
            return
        sys.setprofile(None)
        # What a test's own call raises, nobody else's call is blamed for.
        plain = _error_of(point.call, point.values)
        self.declared |= {type(plain).__name__}
        every = cases_at(point)
        self._tell({"total": len(every)})
        choice = self._choice
        last = choice.first + choice.most
        for number, case in enumerate(every):
            is_next = choice.first <= number < last
            if case.name in choice.wanted or (is_next and not choice.wanted):
                self._try(point, number, case)
        self._tell({"done": True})
        # prodwright: allow exit-in-library -- a forked child skips its parent's ends
        os._exit(0)

    def _try(self, point: Point, number: int, case: CallCase) -> None:
        self._tell({"begins": number, "case": case.name})
        memory, cpu = Memory(), time.process_time()
        error = _error_of(point.call, case.values)
        cost = Cost(cpu_seconds=time.process_time() - cpu, megabytes=memory.grown())
        expected = type(error).__name__ in self.declared
        found = sightings_of(point, None if expected else error, cost, self._places)
        told = [told_of(each, self._places) for each in found]
        entry = {"ended": number, "case": case.name, "status": 0, "sightings": told}
        self._tell(entry)


def _error_of(
    call: Callable[[dict[str, Any]], Any], values: dict[str, Any]
) -> BaseException | None:
    try:
        call(values)
    except BaseException as error:  # noqa: BLE001 - it is looked at
        return error
    return None


def operation_of(point: Point) -> str:
    """Return what a point is called in a report."""
    return f"{point.kind} {point.name}"
