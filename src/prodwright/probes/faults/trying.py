"""One test: twice as it is, then under its faults."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from prodwright.probes.faults.children import Ended, Send, run_forked
from prodwright.probes.faults.crashes import Crashes
from prodwright.probes.faults.judging import Base
from prodwright.probes.faults.planning import Novelty
from prodwright.probes.faults.proving import Functions, Swap, fitting
from prodwright.probes.faults.recorder import CRASHED
from prodwright.probes.faults.running import TestRun
from prodwright.probes.faults.values import (
    STRONG,
    WEAK,
    Explored,
    Place,
    Plan,
    Point,
    Sighting,
)
from prodwright.probes.postgres.addresses import BOOK, Address

_LEAST_SECONDS = 4.0
_RECORDING_SECONDS = 60.0
_SLOWDOWN = 12.0
_PATIENCE = 3.0  # a loaded machine is no hang: it is asked once more


@dataclass(slots=True)
class Trial:
    """One test and what is known of it.

    Attributes:
        item: The test.
        folder: For the temporary files of its runs.
        explored: What was seen.
        reports: pytest's own reports of the first unfaulted run, serialised.
        waiting: Plans that have been tried from another test already.
    """

    item: pytest.Item
    folder: str
    explored: Explored
    reports: list[Any]
    waiting: list[tuple[Plan, Point]]
    _base: Base
    _touched: tuple[str, ...] = ()
    _limit: float = _LEAST_SECONDS
    _crashes: Crashes | None = None

    @classmethod
    def of(cls, item: pytest.Item, folder: str) -> Trial:
        """Return a trial of `item` that has not begun."""
        return cls(item, folder, Explored(item.nodeid), [], [], Base())

    def record(self) -> list[Point]:
        """Run it twice as it is; return its points, none when it cannot be judged."""
        explored = self.explored
        first = self._fork(None, None, _RECORDING_SECONDS)
        if "reports" not in first.told:
            explored.state = "unjudged"
            explored.why = (
                "it hung" if first.hung else f"its process ended ({first.code})"
            )
            self.reports = _lost(self.item, explored.why)
            return []
        self.reports = first.told["reports"]
        if first.told["skipped"] or not first.told["passed"]:
            explored.state = "skipped" if first.told["skipped"] else "failing"
            return []
        self._touched = tuple(first.told["touched"])
        for each in first.told["servers"]:
            BOOK.note(Address(**each))
        second = self._fork(None, None, _RECORDING_SECONDS)
        points, self._base = _compared(first, second)
        self._limit = max(_LEAST_SECONDS, _SLOWDOWN * first.seconds)
        explored.points = len(points)
        explored.sightings += _sightings(first)
        if not second.told.get("passed"):
            explored.state, explored.why = "flaky", "it failed when it ran once more"
            return []
        explored.state = "explored" if points else "no points"
        return points

    def try_new(
        self, points: list[Point], novelty: Novelty, has_time: Callable[[], bool]
    ) -> None:
        """Try what nobody has tried yet; the rest is left waiting."""
        for plan, point in novelty.plans(points):
            if not (has_time() and novelty.claim(plan, point)):
                self.waiting.append((plan, point))
            elif self._hangs_at(point):
                self.explored.left.append(str(plan))
            else:
                self._try(plan, point)

    def try_waiting(self, has_time: Callable[[], bool]) -> None:
        """Try what was left waiting, as long as there is time."""
        for plan, point in self.waiting:
            if has_time() and not self._hangs_at(point):
                self._try(plan, point)
            else:
                self.explored.left.append(str(plan))
        self.waiting = []

    def take_away(self, functions: Functions, has_time: Callable[[], bool]) -> None:
        """See which defences of the code the green runs rest on."""
        by_path: dict[str, list[Plan]] = {}
        for told, path in self.explored.green:
            by_path.setdefault(path, []).append(Plan.parse(told))
        broken = {each.path for each in self.explored.sightings if each.level != WEAK}
        for path in by_path.keys() - broken:
            whole = os.path.join(str(self.item.config.rootpath), path)
            for function, what, swap in functions.weakened(whole):
                if not has_time():
                    return
                self._without(path, f"{function}: {what}", swap, by_path[path])

    def _without(self, path: str, what: str, swap: Swap, plans: list[Plan]) -> None:
        """Note under what a function fails that lacks a defence, if it works at all."""
        function, _, missing = what.partition(": ")
        unfaulted = self._fork(None, None, self._limit, swap)
        if not unfaulted.told.get("passed") or _loud(_sightings(unfaulted)):
            return
        for plan in fitting(missing, function, plans):
            ended = self._fork(self._base, plan, self._limit, swap)
            place = Place(path, 1, function)
            seen = [*_sightings(ended), *self._of_end(plan, place, ended)]
            for kind, says in _loud(seen):
                found = {"kind": kind, "path": path, "defence": f"{what} ({says})"}
                self.explored.defences.append({**found, "fault": str(plan)})
            if _loud(seen):
                return

    def _hangs_at(self, point: Point) -> bool:
        """One real hang at a place is enough: each costs its whole time."""
        place = (point.place.path, point.place.line)
        sightings = self.explored.sightings
        return any(e.kind == "hang" and (e.path, e.line) == place for e in sightings)

    def _try(self, plan: Plan, point: Point) -> None:
        ended = self._ended(plan)
        explored = self.explored
        explored.runs += 1
        explored.cpu_seconds += ended.cpu_seconds
        seen = [*_sightings(ended), *self._of_end(plan, point.place, ended)]
        explored.sightings += seen
        met = ended.told.get("injected") or ended.code == CRASHED
        if not seen and met:
            explored.green.append((str(plan), point.place.path))

    def _fork(
        self,
        base: Base | None,
        plan: Plan | None,
        limit: float,
        swap: Swap = lambda: None,
    ) -> Ended:
        """Run in a child, with an empty folder."""
        run = TestRun(self.item, base, plan, self.folder, self._touched)

        def work(send: Send) -> None:
            swap()
            run(send)

        return self._in_child(work, limit)

    def _in_child(self, work: Callable[[Send], None], limit: float) -> Ended:
        for each in os.scandir(self.folder):
            shutil.rmtree(each.path, ignore_errors=True)
        return run_forked(work, limit)

    def _ended(self, plan: Plan) -> Ended:
        ended = self._fork(self._base, plan, self._limit)
        is_working = ended.cpu_seconds > self._limit / 2
        if ended.hung and not is_working:
            ended = self._fork(self._base, plan, self._limit * _PATIENCE)
            if ended.hung and "passed" in ended.told:
                self._base.repeatable = False  # it has been shown, and takes long
        return ended

    def _of_end(self, plan: Plan, place: Place, ended: Ended) -> list[Sighting]:
        return [
            Sighting(kind, STRONG, place.path, place.line, says, str(plan))
            for kind, says in self._consequence(plan, ended)
        ]

    def _consequence(self, plan: Plan, ended: Ended) -> list[tuple[str, str]]:
        if plan.fault == "crash" and ended.code == CRASHED:
            return self._after_crash(ended)
        if ended.told.get("broken_off"):
            return []  # what it showed until then is told
        if ended.hung:
            if "passed" not in ended.told:
                return [("hang", f"it does not come to an end in {self._limit:.0f} s")]
            return [("no-recovery", "it hangs once the fault is gone: a lock is held?")]
        if "passed" not in ended.told:
            return [("died", f"the process ended with code {ended.code}")]
        if self._base.repeatable and ended.told.get("repeated") is False:
            why = " ".join(str(ended.told.get("why")).split())[-90:]
            return [("no-recovery", f"it fails once the fault is gone: {why}")]
        return []

    def _after_crash(self, ended: Ended) -> list[tuple[str, str]]:
        if self._crashes is None:
            self._crashes = Crashes(
                self.item,
                self._base,
                self.folder,
                self._touched,
                lambda work: self._in_child(work, self._limit),
            )
        return self._crashes.consequences(int(ended.told.get("crashed_in", 0)))


def _loud(sightings: list[Sighting]) -> list[tuple[str, str]]:
    found = {(each.kind, each.says) for each in sightings if each.level != WEAK}
    return sorted(found)


def _sightings(ended: Ended) -> list[Sighting]:
    return [Sighting(**each) for each in ended.told.get("sightings", [])]


def _compared(first: Ended, second: Ended) -> tuple[list[Point], Base]:
    """Return the points of both unfaulted runs, and what runs are compared with."""
    told, again = first.told, second.told
    points = [_point(each) for each in told["points"]]
    both = {_point(each).key for each in again.get("points", [])}
    final, other = told["final"], again.get("final", {})
    counts = (told["left_over"], again.get("left_over", {}))
    states = again.get("states") or told["states"]
    base = Base(
        states=[(number, state) for number, state in states],
        final=other,
        volatile=_volatile([*told["states"], (None, final)], [*states, (None, other)]),
        returns={(name, value) for name, value in told["returns"]},
        left_over={
            what: max(each.get(what, 0) for each in counts)
            for what in {*counts[0], *counts[1]}
        },
        repeatable=bool(told.get("repeated") and again.get("repeated")),
        kept_files=set(told["kept"]),
        databases={*told["databases"], *again.get("databases", [])},
        operations={(each.operation, each.place.function) for each in points},
    )
    return [each for each in points if each.key in both], base


def _volatile(first: list[Any], second: list[Any]) -> set[str]:
    """Return names of files that differ between two unfaulted runs, at any stage."""
    found: set[str] = set()
    for (_, one), (_, other) in zip(first, second, strict=False):
        found |= {e for e in {*one, *other} if one.get(e) != other.get(e)}
    return found


def _point(told: dict[str, Any]) -> Point:
    place, faults = Place(**told["place"]), tuple(told["faults"])
    return Point(**{**told, "place": place, "faults": faults})


def _lost(item: pytest.Item, why: str) -> list[Any]:
    told = f"{why} under observation"
    report = pytest.TestReport(item.nodeid, item.location, {}, "failed", told, "call")
    serialise = item.config.hook.pytest_report_to_serializable
    return [serialise(config=item.config, report=report)]
