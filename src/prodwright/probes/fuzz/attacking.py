"""Puts cases to an application at the point of a test where a request was made."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from prodwright.probes.fuzz import whole
from prodwright.probes.fuzz.accounts import credentials_of
from prodwright.probes.fuzz.breaking import MEDIUM, Sighting, rank
from prodwright.probes.fuzz.cases import BOMB, SEED, Case, Subject, cases_for, named
from prodwright.probes.fuzz.judging import Cost, Judge
from prodwright.probes.fuzz.messages import Answer, Request
from prodwright.probes.fuzz.planning import Target
from prodwright.probes.fuzz.stand import STAND
from prodwright.probes.fuzz.watching import CANARY, WATCH, Memory, Seen
from prodwright.probes.races.places import Places

Tell = Callable[[dict[str, Any]], None]
_SAFE = ("GET", "HEAD", "OPTIONS")
_GIVES_UP = (429,)
_MOST_REFUSED = 25  # answers in a row that say: too many requests
_OK, _REDIRECT = 200, 300


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cases are put.

    Attributes:
        wanted: Their names; empty: those of the numbers below.
        first: Number of the first.
        most: How many.
    """

    wanted: Sequence[str] = ()
    first: int = 0
    most: int = 80


class Attack:
    """Puts cases to the application when the test makes its request.

    Args:
        target: What is tried; the request is taken as it is made this time, if it is
            the test's own.
        choice: Which cases.
        judge: Judges the answers.
        places: Tells what is under test.
        tell: Hears what comes of each.
    """

    def __init__(
        self, target: Target, choice: Choice, judge: Judge, places: Places, tell: Tell
    ) -> None:
        self.places = places
        self.tell = tell
        self.judge = judge
        self.is_own = target.is_own
        self._subject = target.subject
        self._left = target.exchange.number
        self._choice = choice
        self._others: dict[str, dict[str, str]] = {}

    def begin(self) -> None:
        """Wait for the request."""
        STAND.observer = self

    def visit(self, app: Any, request: Request) -> _Passing | _Point:
        """Let a request pass, or put the cases when it is the one."""
        self._left -= 1
        if self._left >= 0:
            self._learn(request)
            return _Passing()
        subject = self._subject
        if self.is_own:
            if request.method != subject.request.method:
                os._exit(3)  # the test goes another way this time
            # Identifiers and credentials differ from run to run.
            others = STAND.users or self._others
            subject = replace(subject, request=request, accounts=others)
        CANARY.put()
        return _Point(self, subject)

    def _learn(self, request: Request) -> None:
        """Whoever else the test is, on its way, may not be whose data this is."""
        known = credentials_of(request)
        if known and known not in self._others.values():
            self._others[f"user {len(self._others) + 1}"] = known

    def cases(self, subject: Subject) -> Iterator[tuple[int, Case]]:
        """Yield the cases with their numbers; the request itself comes first."""
        if subject.request.method in _SAFE or not self.is_own:
            yield -1, Case(name=SEED, request=subject.request)
        choice = self._choice
        if choice.wanted:
            found = (named(subject, each) for each in choice.wanted)
            yield from enumerate(each for each in found if each is not None)
            return
        every = cases_for(subject)
        self.tell({"total": len(every)})
        yield from list(enumerate(every))[choice.first : choice.first + choice.most]


class _Passing:
    """A request before the one that is meant."""

    trials: Iterable[Any] = ()
    wants_document = False

    def finish(self) -> None:
        """Nothing is to be done."""

    def note(self, answer: Answer, told: dict[str, Any]) -> None:
        """Nothing is to be kept."""

    def note_document(self, answer: Answer, app: Any) -> None:
        """Nothing is to be kept."""


class _Point(_Passing):
    """The request that is meant."""

    def __init__(self, attack: Attack, subject: Subject) -> None:
        self._attack = attack
        self._subject = subject
        self._refused = 0
        self.trials = self._trials()

    def _trials(self) -> Iterator[_Trial]:
        for number, case in self._attack.cases(self._subject):
            trial = _Trial(self._attack, number, case)
            yield trial
            if trial.is_broken:
                break  # whatever it is asked, it is broken
            gives_up = trial.status in _GIVES_UP
            self._refused = self._refused + 1 if gives_up else 0
            if self._refused > _MOST_REFUSED:
                self._attack.tell({"refused": number})
                break
            if case.name == whole.PROBE and _OK <= trial.status < _REDIRECT:
                bomb = whole.bomb(self._subject.request)
                yield _Trial(self._attack, number, Case(name=BOMB, request=bomb))

    def finish(self) -> None:
        """The test need not go on."""
        self._attack.tell({"done": True})
        # prodwright: allow exit-in-library -- a forked child skips its parent's ends
        os._exit(0)


class _Trial:
    """One case that is put."""

    def __init__(self, attack: Attack, number: int, case: Case) -> None:
        self._attack = attack
        self._number = number
        self._case = case
        self.status = 0
        self.is_broken = False
        self._seen = Seen()
        self._cpu, self._memory = 0.0, Memory()

    def begin(self) -> Request:
        self._attack.tell({"begins": self._number, "case": self._case.name})
        self._memory = Memory()
        self._cpu = time.process_time()
        self._seen = WATCH.begin()
        return self._case.request

    def end(self, answer: Answer) -> None:
        WATCH.end()
        self.status = answer.status
        cost = Cost(
            cpu_seconds=time.process_time() - self._cpu,
            megabytes=self._memory.grown(),
        )
        judge = self._attack.judge
        found = list(judge.sightings(self._case, answer, self._seen, cost))
        if self._case.name == SEED:
            # Nobody says that what is made from declarations makes sense.
            found = [replace(e, level=min(e.level, MEDIUM, key=rank)) for e in found]
            judge.plain = answer
            self.is_broken = not self._attack.is_own and answer.is_broken
        told = [told_of(each, self._attack.places) for each in found]
        self._attack.tell(
            {
                "ended": self._number,
                "case": self._case.name,
                "status": answer.status,
                "sightings": told,
            }
        )


def told_of(sighting: Sighting, places: Places) -> dict[str, Any]:
    """Return a sighting as JSON values."""
    return {
        "kind": sighting.kind,
        "level": sighting.level,
        "says": sighting.says,
        "place": _raised_at(sighting.error, places),
    }


def _raised_at(error: BaseException | None, places: Places) -> list[Any] | None:
    """Return where in the code under test an error came from; None: nowhere in it."""
    if error is None:
        return None
    frames = traceback.extract_tb(error.__traceback__)
    own = [each for each in frames if places.is_code(each.filename)]
    return [own[-1].filename, own[-1].lineno or 1] if own else None
