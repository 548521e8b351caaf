"""One thread at a time, and at each place of interest a choice of who goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prodwright.probes.races.locks import REAL_LOCK

_LOOK_SECONDS = 0.01
# In each of so many looks it slept, and did not come a step further: it waits inside C.
# Looks are counted, not time: on a busy machine the one who looks is late himself.
_IDLE_LOOKS = 6
_ANSWER_SECONDS = 1.0
_WHOLE_SECONDS = 5.0
_WAIT_SECONDS = 10.0


class Deadlocked(BaseException):
    """Ends a thread that nobody will ever wake."""


@dataclass(slots=True)
class Turn:
    """One choice.

    Attributes:
        chosen: Number of the thread that went on.
        others: Those that could have.
        place: Path and line at which the thread stood that was going.
        going: The one that would have gone on; -1: none could.
    """

    chosen: int
    others: tuple[int, ...]
    place: tuple[str, int]
    going: int

    @property
    def interrupts(self) -> bool:
        """Whether somebody was interrupted that could have gone on."""
        return self.going not in (-1, self.chosen)


@dataclass(slots=True)
class Schedule:
    """What happened.

    Attributes:
        turns: The choices, in order.
        deadlocked: Whether every thread waited for another.
        unclear: Whether it took too long, or went its own ways.
    """

    turns: list[Turn] = field(default_factory=list)
    deadlocked: bool = False
    unclear: bool = False


class Scheduler:
    """Runs threads one at a time.

    Args:
        count: How many threads there are, numbered from 0.
        choices: Who goes on at the first turns; after that whoever was going.
    """

    def __init__(self, count: int, choices: Sequence[int]) -> None:
        self.schedule = Schedule()
        self._choices = tuple(choices)
        self._numbers: dict[int, int] = {}
        self._native: dict[int, int] = {}
        self._condition = threading.Condition(REAL_LOCK())
        self._holder: int | None = None
        self._waiting: dict[int, object] = {}
        self._patient: set[int] = set()
        self._timed_out: set[int] = set()
        self._alive = set(range(count))
        self._away: set[int] = set()
        self._questions: dict[int, Callable[[], bool | None]] = {}
        self._progress = 0
        self._begun = self._over = False

    def me(self) -> int | None:
        """Return the number of the thread that asks; None for others."""
        return self._numbers.get(threading.get_ident())

    def enter(self, number: int) -> None:
        """Wait for the first turn."""
        self._numbers[threading.get_ident()] = number
        self._native[number] = threading.get_native_id()
        with self._condition:
            self._until_mine(number)

    def begin(self) -> None:
        """Choose who goes first."""
        with self._condition:
            self._begun = True
            self._next(None, ("", 0))
            self._condition.notify_all()

    def leave(self, number: int) -> None:
        """Give the turn away for good."""
        with self._condition:
            self._alive.discard(number)
            self._away.discard(number)
            if self._holder == number:
                self._next(None, ("", 0))
            self._condition.notify_all()

    def point(self, number: int, place: tuple[str, int]) -> None:
        """Let somebody else come in between here, if that is to be tried."""
        with self._condition:
            self._progress += 1
            self._away.discard(number)
            if self._holder == number:
                self._await_answered()
                self._next(number, place)
                self._condition.notify_all()
            self._until_mine(number)

    def pause(self, number: int) -> None:
        """Let the others go on: this thread sleeps."""
        with self._condition:
            self._progress += 1
            others = self._runnable() - {number}
            if self._holder == number and others:
                self._holder = min(others)
                self._condition.notify_all()
            self._until_mine(number)

    def wait_for(self, lock: object, *, for_ever: bool) -> bool:
        """Let the others go on until `lock` is free; False: its time ran out."""
        number = self._numbers[threading.get_ident()]
        with self._condition:
            self._progress += 1
            self._waiting[number] = lock
            if not for_ever:
                self._patient.add(number)
            if self._holder == number:
                self._next(None, ("", 0))
                self._condition.notify_all()
            self._until_mine(number)
            self._patient.discard(number)
            timed_out = number in self._timed_out
            self._timed_out.discard(number)
        return not timed_out

    def released(self, lock: object) -> None:
        """Whoever waits for `lock` may go on."""
        with self._condition:
            for number in [n for n, each in self._waiting.items() if each is lock]:
                del self._waiting[number]

    def asks(self, waits: Callable[[], bool | None]) -> None:
        """This thread asks a database.

        Args:
            waits: Tells whether the database lets it wait for another caller; None:
                that is not known.
        """
        number = self._numbers[threading.get_ident()]
        with self._condition:
            self._progress += 1
            self._questions[number] = waits

    def answered(self) -> None:
        """It has the answer."""
        with self._condition:
            self._progress += 1
            self._questions.pop(self._numbers[threading.get_ident()], None)

    def _await_answered(self) -> None:
        """Have those back whom a database lets go on: they are among the next."""
        ends = time.monotonic() + _ANSWER_SECONDS
        for number in sorted(self._away & self._questions.keys()):
            while number in self._away and time.monotonic() < ends:
                question = self._questions.get(number)
                if question is not None and question() is not False:
                    break
                self._condition.wait(_LOOK_SECONDS / 5)

    def watch(self) -> Schedule:
        """Wait for the end; let others go on when one waits where nobody sees it."""
        ends = time.monotonic() + _WHOLE_SECONDS
        seen, idle = -1, 0
        while self._alive and not self._over:
            with self._condition:
                self._condition.wait(_LOOK_SECONDS)
                is_idle = self._progress == seen and self._sleeps(self._holder)
                seen, idle = self._progress, idle + 1 if is_idle else 0
                if idle and self._waits(idle):
                    self._send_away()
                    idle = 0
                if time.monotonic() > ends:
                    self.schedule.unclear = self._over = True
                self._condition.notify_all()
        return self.schedule

    def _waits(self, idle: int) -> bool:
        """Tell whether the one whose turn it is waits for another."""
        question = self._questions.get(-1 if self._holder is None else self._holder)
        answer = question() if question is not None else None
        return idle >= _IDLE_LOOKS if answer is None else answer

    def _send_away(self) -> None:
        holder = self._holder
        if holder is None:
            return
        others = self._runnable() - {holder}
        if others:
            self._away.add(holder)
            self._holder = min(others)

    def _sleeps(self, number: int | None) -> bool:
        """Tell a thread that waits from one that a busy machine keeps waiting."""
        try:
            native = self._native[-1 if number is None else number]
            with open(f"/proc/self/task/{native}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] in ("S", "D")
        except (OSError, KeyError, IndexError):
            return True  # another system: the time alone decides

    def _runnable(self) -> set[int]:
        return self._alive - self._waiting.keys() - self._away

    def _next(self, current: int | None, place: tuple[str, int]) -> None:
        """Choose who goes on; `current` could, others interrupt it."""
        able = self._runnable()
        if not able:
            self._without_anybody()
            return
        usual = current if current in able else min(able)
        others = tuple(sorted(able - {usual}))
        if not others:
            self._holder = usual
            return
        number = len(self.schedule.turns)
        wanted = self._choices[number] if number < len(self._choices) else usual
        chosen = wanted if wanted in able else usual
        told = tuple(sorted(able - {chosen}))
        turn = Turn(chosen, told, place, usual if current in able else -1)
        self.schedule.turns.append(turn)
        self._holder = chosen

    def _without_anybody(self) -> None:
        self._holder = None
        if not self._alive or self._away:
            return  # all are done, or one comes back from where nobody sees it
        patient = sorted(self._patient & self._waiting.keys())
        if patient:  # its time runs out, which takes no time here
            del self._waiting[patient[0]]
            self._timed_out.add(patient[0])
            self._holder = patient[0]
            return
        self.schedule.deadlocked = self._over = True

    def _until_mine(self, number: int) -> None:
        ends = time.monotonic() + _WAIT_SECONDS
        while self._holder != number and not self._over:
            free = self._begun and self._holder is None
            if free and number not in self._waiting:
                self._holder = number
                return
            self._condition.wait(0.5)
            if time.monotonic() > ends:
                self._over = self.schedule.unclear = True
        if self._over:
            raise Deadlocked
