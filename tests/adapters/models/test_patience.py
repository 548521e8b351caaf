"""Asking again, leaving a failing provider alone, and falling back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from prodwright.adapters.models.patience import Breaker, Patient
from prodwright.core.conversation import Reply, Request, Told
from prodwright.core.errors import (
    ContextOverflow,
    ProviderRefused,
    ProviderUnavailable,
)
from prodwright.core.limits import Price

REQUEST = Request(number=1, instructions="", messages=(Told(text="Begin."),))


def unavailable(retry_after_seconds: float | None = None) -> ProviderUnavailable:
    return ProviderUnavailable(
        "away", hint="wait", retry_after_seconds=retry_after_seconds
    )


@dataclass
class Moody:
    """Fails as told, then answers."""

    moods: Sequence[Exception | None]
    name: str = "a:b"
    price: Price | None = None
    asked: int = 0
    takes: Callable[[float], object] = lambda seconds: None

    def answer(self, request: Request) -> Reply:
        self.takes(request.timeout_seconds)
        mood = self.moods[min(self.asked, len(self.moods) - 1)]
        self.asked += 1
        if mood is not None:
            raise mood
        return Reply(text="hello", model=self.name)


@dataclass
class Clock:
    """Time passes only by waiting."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


def patient(clock: Clock, *models: Moody) -> Patient:
    return Patient(models=models, now=clock.now, sleep=clock.sleep, chance=lambda: 1.0)


def test_waits_grow_until_an_answer_comes() -> None:
    clock = Clock()
    model = Moody([unavailable(), unavailable(), unavailable(), None])

    reply = patient(clock, model).answer(REQUEST)

    assert reply.text == "hello"
    assert clock.waits == [1.0, 2.0, 4.0]


def test_what_the_provider_asks_to_wait_is_waited() -> None:
    clock = Clock()

    patient(clock, Moody([unavailable(17.0), None])).answer(REQUEST)

    assert clock.waits == [17.0]


def test_a_provider_that_asks_for_an_hour_is_not_waited_for() -> None:
    clock = Clock()
    model = Moody([unavailable(3_600.0), None])

    with pytest.raises(ProviderUnavailable):
        patient(clock, model).answer(REQUEST)

    assert (model.asked, clock.waits) == (1, [])


def test_it_is_asked_five_times_and_no_more() -> None:
    model = Moody([unavailable()])

    with pytest.raises(ProviderUnavailable):
        patient(Clock(), model).answer(REQUEST)

    assert model.asked == 5


@pytest.mark.parametrize("kind", [ProviderRefused, ContextOverflow])
def test_what_will_not_pass_is_not_asked_again(kind: type[ProviderRefused]) -> None:
    model = Moody([kind("no", hint="no")])

    with pytest.raises(kind):
        patient(Clock(), model).answer(REQUEST)

    assert model.asked == 1


def test_another_model_answers_for_one_that_cannot() -> None:
    first, second = Moody([unavailable()]), Moody([None], name="c:d")

    reply = patient(Clock(), first, second).answer(REQUEST)

    assert reply.model == "c:d"


def test_all_attempts_together_take_no_longer_than_one_answer_may() -> None:
    clock = Clock()
    first = Moody([unavailable()], takes=lambda most: clock.sleep(min(most, 170.0)))
    second = Moody([unavailable()], takes=clock.sleep)
    half = REQUEST.timeout_seconds / 2

    with pytest.raises(ProviderUnavailable):
        patient(clock, first, second).answer(REQUEST)

    assert second.asked == 1
    assert clock.waits[-1] >= half - 1
    assert clock.seconds <= REQUEST.timeout_seconds + 1


def test_a_provider_that_keeps_failing_is_left_alone_for_a_while() -> None:
    clock = Clock()
    model = Moody([unavailable()] * 10 + [None])
    asking = patient(clock, model)
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            asking.answer(REQUEST)
    asked = model.asked

    with pytest.raises(ProviderUnavailable, match="left alone"):
        asking.answer(REQUEST)
    clock.seconds += 121.0
    with pytest.raises(ProviderUnavailable):
        asking.answer(REQUEST)

    assert asked == 8
    assert model.asked > asked


def test_a_breaker_closes_with_the_first_success() -> None:
    breaker = Breaker(lambda: 0.0)
    for _ in range(8):
        breaker.failed()
    was_open = breaker.is_open

    breaker.succeeded()

    assert was_open
    assert not breaker.is_open


def test_the_dearer_price_counts_and_an_unknown_one_is_unknown() -> None:
    cheap = Moody([None], price=Price(input_microdollars=1, output_microdollars=9))
    dear = Moody([None], price=Price(input_microdollars=5, output_microdollars=2))

    both = patient(Clock(), cheap, dear).price
    unknown = patient(Clock(), cheap, Moody([None])).price

    assert both == Price(input_microdollars=5, output_microdollars=9)
    assert unknown is None
