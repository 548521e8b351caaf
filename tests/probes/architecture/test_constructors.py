"""What is given to work with is told from what is only known."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import pytest

from prodwright.probes.architecture.constructors import Injections
from prodwright.probes.architecture.standins import DependencyGone, Manner

THIS = __file__


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int: ...


class Mail(ABC):
    """Sends."""

    @abstractmethod
    def send(self) -> str: ...


class Post(Mail):
    """Sends by post."""

    def send(self) -> str:
        return "sent"


class Still:
    """Stands still."""

    def now(self) -> int:
        return 3


class Colour(enum.Enum):
    """Is a value."""

    RED = 1

    def shown(self) -> str:
        return "red"


class Pair(NamedTuple):
    """Is a value."""

    one: int


@dataclass
class Record:
    """Is told, and does nothing."""

    one: int = 1


@dataclass
class Office:
    """Works with what it is given."""

    clock: Clock | None
    mail: Mail
    others: Any = None

    def work(self) -> tuple[int, str]:
        assert self.clock is not None
        return self.clock.now(), self.mail.send()


@pytest.fixture
def office() -> Any:
    """Return a class whose constructor is as it was after the test."""
    made = Office.__init__
    yield Office
    Office.__init__ = made  # type: ignore[method-assign]


def watch(replaced: str | None = None, manner: Manner = Manner.STRICT) -> Injections:
    key = (THIS, "Office", replaced) if replaced else None
    watching = Injections(lambda path: path == THIS, key, manner)
    watching.install()
    return watching


@pytest.mark.parametrize(
    ("value", "is_seen"),
    [
        (Still(), True),
        (Colour.RED, False),
        (Pair(1), False),
        (Record(), False),
        (ValueError("no"), False),
        (Still, False),
        ("text", False),
        ([Still()], False),
        (None, False),
    ],
)
def test_what_does_something_is_a_dependency(
    office: Any, value: object, *, is_seen: bool
) -> None:
    watching = watch()

    office(None, Post(), others=value)

    names = {name for _, _, name in watching.seen}
    assert ("others" in names) is is_seen


def test_one_that_is_replaced_does_its_work(office: Any) -> None:
    watching = watch("clock")

    assert office(Still(), Post()).work() == (3, "sent")
    assert not watching.reaches


def test_a_dead_one_is_noticed(office: Any) -> None:
    watch("mail", Manner.DEAD)

    with pytest.raises(DependencyGone):
        office(Still(), Post()).work()


def test_wrong_arguments_are_refused_as_ever(office: Any) -> None:
    watch("mail")

    with pytest.raises(TypeError, match="missing"):
        office(Still())
