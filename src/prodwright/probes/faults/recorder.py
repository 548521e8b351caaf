"""What one run records of its fault points, and which fault it meets."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from prodwright.probes.faults.clock import LONGEST_SECONDS, Clock
from prodwright.probes.faults.frames import mark_of
from prodwright.probes.faults.origins import Call, Origins
from prodwright.probes.faults.values import (
    MEDIUM,
    STRONG,
    HangFound,
    Place,
    Plan,
    Point,
    Sighting,
)

OFF, RECORD, INJECT = "off", "record", "inject"
CRASHED = 77  # exit code of a run that met a crash
_MOST_ATTEMPTS = 40
_MOST_PATIENT_ATTEMPTS = 400
_PATIENT_SECONDS = 0.5
_LONG_TIMEOUT_SECONDS = 60.0
_busy: ContextVar[bool] = ContextVar("prodwright_busy", default=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at the operation that the fault is about.

    Attributes:
        at: Seconds that were slept or waited for in virtual time by then.
        identity: The same for repetitions of the same call.
        met: Whether it met the fault.
        entry: Number of the call from the test that it belongs to.
        facts: What the point knows, e.g. `method` and `key`.
    """

    at: float
    identity: str
    met: bool
    entry: int
    facts: dict[str, Any]


@dataclass(slots=True)
class Injection:
    """The first time that the fault was met.

    Attributes:
        point: Where.
        entry: Number of the call into the code under test.
        tidying: Whether the code was on its way out.
        beside: Whether it was in a thread of its own, which no test waits for.
        handles: Descriptors that were open when that call began.
        files: Files that were there when it began.
    """

    point: Point
    entry: int
    tidying: bool
    beside: bool
    handles: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()


@dataclass(slots=True)
class Recorder:
    """The one that all points report to: an interpreter has each function once.

    Attributes:
        origins: Tells the code under test from other code.
        clock: The run's time.
        mode: `OFF`: points do what they do without us.
        plan: Which fault to inject; None: only record.
    """

    origins: Origins
    clock: Clock = field(default_factory=Clock)
    mode: str = OFF
    plan: Plan | None = None
    points: list[Point] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    injection: Injection | None = None
    raised: list[BaseException] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    entry: int = 0
    waits_bounded: bool = False
    stalled: str = ""
    overslept: bool = False
    entered: Callable[[], None] = lambda: None
    crashing: Callable[[], None] = lambda: None
    list_files: Callable[[], frozenset[str]] = frozenset
    owned: WeakKeyDictionary[Any, int] = field(default_factory=WeakKeyDictionary)
    _seen: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _last_entry: tuple[object, int] = (None, 0)
    _handles: frozenset[str] = frozenset()
    _files: frozenset[str] = frozenset()

    def begin(self, mode: str, plan: Plan | None = None) -> None:
        """Forget the last run and begin one."""
        self.clock = Clock()
        self.plan, self.injection = plan, None
        self.points, self.attempts, self.raised = [], [], []
        self.sightings, self._seen = [], Counter()
        self.owned = WeakKeyDictionary()
        self.entry, self._last_entry = 0, (None, 0)
        self.waits_bounded, self.stalled, self.overslept = False, "", False
        self.mode = mode

    @property
    def stalls_a_child(self) -> bool:
        """Whether the fault is a child process that never ends."""
        injection, plan = self.injection, self.plan
        if injection is None or plan is None or plan.fault != "stall":
            return False
        return injection.point.operation.startswith("process")

    @property
    def injected(self) -> bool:
        """Whether the fault has been met and the run goes on."""
        return self.mode == INJECT and self.injection is not None

    def is_watching(self) -> bool:
        """Tell whether the code under test is running and nobody higher up reports."""
        return self.mode != OFF and not _busy.get() and self.origins.is_running(2)

    def hit(
        self,
        operation: str,
        faults: tuple[str, ...],
        detail: str = "",
        *,
        writes: bool = False,
        identity: str = "",
        **facts: Any,
    ) -> str:
        """Report a point; return the fault it must meet, or nothing."""
        if self.mode == OFF or _busy.get():
            return ""
        call = self.origins.call()
        if call is None:
            return ""
        self.note_entry(call)
        place = call.place
        known = (operation, place.path, place.function)
        self._seen[known] += 1
        point = Point(operation, place, self._seen[known], faults, detail, writes)
        self.points.append(point)
        if self.plan is None or self.mode != INJECT:
            return ""
        return self._meet(point, call, identity or detail, facts)

    def _meet(
        self, point: Point, call: Call, identity: str, facts: dict[str, Any]
    ) -> str:
        plan = self.plan
        assert plan is not None
        meets = plan.fault in point.faults
        meets = meets and plan.meets(point.operation, point.place, point.occurrence)
        if self.injection is not None or meets:
            same = point.operation == plan.operation
            if meets or same:
                now = self.clock.ahead  # real time passes without anybody's doing
                self.attempts.append(Attempt(now, identity, meets, self.entry, facts))
        if not meets:
            return ""
        if self.injection is None:
            beside = not call.called_by_test
            self.injection = Injection(
                point, self.entry, call.tidying, beside, self._handles, self._files
            )
            self.clock.ignores_children = self.stalls_a_child
            self.entered()
        times = [each.at for each in self.attempts if each.identity == identity]
        if _is_storm(times):
            told = f"tried {len(times)} times and goes on"
            self.saw("retry-storm", STRONG, f"{point.operation} {point.detail}: {told}")
            raise HangFound(told)
        if plan.fault == "crash":
            self.crashing()
            os._exit(CRASHED)
        return plan.fault

    def note_entry(self, call: Call) -> None:
        """Count calls from a test into the code under test."""
        if not call.called_by_test:
            return
        frame = call.entry
        back = frame.f_back
        entry = (mark_of(frame), back.f_lasti if back else 0)
        if entry != self._last_entry:
            self._last_entry = entry
            self.entry += 1
            if self.mode == RECORD:
                self.entered()
            else:
                self._handles, self._files = open_handles(), self.list_files()

    def own(self, resource: Any) -> None:
        """Remember that the code under test has made `resource`, and when."""
        if self.is_watching() and resource is not None:
            self.owned[resource] = self.note_now()

    def note_now(self) -> int:
        """Count the call that is under way, and return its number."""
        call = self.origins.call() if self.mode != OFF else None
        if call is not None:
            self.note_entry(call)
        return self.entry

    def saw(self, kind: str, level: str, says: str, place: Place | None = None) -> None:
        """Note that something went wrong."""
        where = place or (self.injection.point.place if self.injection else None)
        path, line = (where.path, where.line) if where else ("", 1)
        fault = str(self.plan) if self.plan and self.injection else ""
        self.sightings.append(Sighting(kind, level, path, line, says, fault))

    def fail(self, error: BaseException) -> BaseException:
        """Return `error`, remembered as one of ours."""
        self.raised.append(error)
        return error

    def stall(
        self, timeout: float | None, error: BaseException, what: str
    ) -> BaseException:
        """Return the error of a peer that never answers.

        Args:
            timeout: How long it is waited for; None: for ever.
            error: What a timeout raises.
            what: What waits, for the message.

        Raises:
            HangFound: It would be waited for without end.
        """
        if timeout is None or timeout > LONGEST_SECONDS:
            self.saw("no-timeout", STRONG, f"{what} has no timeout and waits for ever")
            raise HangFound(what)
        self.clock.advance(timeout)
        if timeout > _LONG_TIMEOUT_SECONDS:
            told = f"{what} waits {timeout:.0f} s for an answer"
            self.saw("long-timeout", MEDIUM, told)
        return self.fail(error)

    def sleep(self, seconds: float) -> None:
        """Let the code under test sleep in virtual time."""
        self.clock.sleep(seconds)
        if self.clock.ahead > LONGEST_SECONDS and self.injected:
            self.overslept = True
            told = "sleeps for more than an hour in all before it gives up"
            self.saw("slow", STRONG, told)
            raise HangFound("slept for more than an hour")


def _is_storm(times: list[float]) -> bool:
    """Tell whether so many attempts are too many; with waits, many may be meant."""
    count = len(times)
    hasty = count > _MOST_ATTEMPTS and times[-1] - times[0] < count * _PATIENT_SECONDS
    return hasty or count > _MOST_PATIENT_ATTEMPTS


@contextmanager
def within() -> Iterator[None]:
    """Let points below stay silent: the one around reports for them."""
    token = _busy.set(True)
    try:
        yield
    finally:
        _busy.reset(token)


def is_within() -> bool:
    """Tell whether a point around reports for those below."""
    return _busy.get()


def open_handles() -> frozenset[str]:
    """Return the descriptors of this process, each with what it leads to."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(f"{name} {os.readlink(f'/proc/self/fd/{name}')}")
        except OSError:  # the one that lists them
            continue
    return frozenset(found)


# What replaced functions report to; a forked child has its own copy.
RECORDER = Recorder(Origins("/", ()))
