"""A call is told from the next one, and nothing is kept alive for that."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator

import pytest

from prodwright.probes.faults.frames import mark_of


@pytest.fixture(autouse=True)
def untraced() -> Iterator[None]:
    """Let nobody trace, as where faults are explored: coverage would."""
    tracing = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracing)


class Held:
    """Something that a variable holds."""


def marked() -> object:
    return mark_of(sys._getframe())


def test_calls_one_after_the_other_are_told_apart() -> None:
    marks = [marked() for _ in range(50)]

    assert len(set(marks)) == 50


def test_one_call_stays_the_same() -> None:
    def twice() -> Iterator[object]:
        yield mark_of(sys._getframe())
        yield mark_of(sys._getframe())

    first, second = twice()

    assert first is second


def test_what_a_call_held_goes_with_it() -> None:
    gone: list[weakref.ref[Held]] = []

    def call() -> object:
        held = Held()
        gone.append(weakref.ref(held))
        return mark_of(sys._getframe())

    mark = call()

    assert mark is not None
    assert gone[0]() is None


def test_where_somebody_traces_the_address_must_do() -> None:
    def call() -> object:
        frame = sys._getframe()
        frame.f_trace = print
        return mark_of(frame)

    assert isinstance(call(), int)
