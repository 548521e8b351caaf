"""What is tried: an operation of an application, or a call that takes foreign text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

from prodwright.probes.fuzz.attacking import Attack, Choice, Tell
from prodwright.probes.fuzz.call_attacking import CallAttack
from prodwright.probes.fuzz.conforming import departure
from prodwright.probes.fuzz.judging import Cost, Judge
from prodwright.probes.fuzz.planning import Target
from prodwright.probes.races.places import Places


class Aim(Protocol):
    """Something that is tried where a test comes to it."""

    @property
    def name(self) -> str:
        """As it is told."""
        ...

    @property
    def test(self) -> int:
        """Position of the test."""
        ...

    @property
    def place(self) -> tuple[str, int] | None:
        """File and line of what serves it; None: unknown."""
        ...

    @property
    def may_wait(self) -> bool:
        """Whether it is no hang when it waits for somebody."""
        ...

    def attack(self, choice: Choice, root: str, places: Places, tell: Tell) -> None:
        """Wait for the test to come there, and put the cases."""
        ...


@dataclass(frozen=True, slots=True)
class RequestAim:
    """An operation of an application.

    Attributes:
        target: Which, and how it is come to.
        is_private: Whether its users are known to be strangers to each other.
    """

    target: Target
    is_private: bool

    @property
    def name(self) -> str:
        """Method and template."""
        return self.target.name

    @property
    def test(self) -> int:
        """Position of the test."""
        return self.target.exchange.test

    @property
    def place(self) -> tuple[str, int] | None:
        """File and line of what serves it; None: unknown."""
        return self.target.exchange.place if self.target.is_own else None

    @property
    def may_wait(self) -> bool:
        """A client waits for its answer."""
        return False

    def attack(self, choice: Choice, root: str, places: Places, tell: Tell) -> None:
        """Wait for the request, and put the cases."""
        cost = Cost(cpu_seconds=self.target.exchange.cpu_seconds)
        subject = self.target.subject
        judge = Judge(
            plain_cost=cost,
            root=root,
            private=self.is_private,
            is_code=places.is_code,
            departure=partial(departure, subject.document, subject.operation),
        )
        Attack(self.target, choice, judge, places, tell).begin()


@dataclass(frozen=True, slots=True)
class CallAim:
    """A call that takes foreign text.

    Attributes:
        name: As it is told.
        test: Position of the test.
        place: File and line of its code; None: unknown.
        declared: Names of errors that its tests expect.
    """

    name: str
    test: int
    place: tuple[str, int] | None
    declared: frozenset[str]

    @property
    def may_wait(self) -> bool:
        """A command may serve, or ask."""
        return True

    def attack(self, choice: Choice, root: str, places: Places, tell: Tell) -> None:
        """Wait for the call, and make it with other values."""
        del root  # what a parser tells, it tells its caller
        attack = CallAttack(self.name, choice, places, tell)
        attack.declared = self.declared
        attack.begin()
