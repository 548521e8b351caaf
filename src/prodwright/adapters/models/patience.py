"""Asks again when a provider cannot answer, within reason, and then another one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from prodwright.adapters.models import LanguageModel
from prodwright.core.conversation import Reply, Request
from prodwright.core.errors import ProviderRefused, ProviderUnavailable
from prodwright.core.limits import Price

# Full jitter on a doubling wait: "Exponential Backoff And Jitter", AWS, 2015.
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0
_LONGEST_RETRY_AFTER_SECONDS = 120.0  # a provider that asks for more is not waited for
_ATTEMPTS = 5
_OPENS_AFTER = 8  # failures in a row, over all requests
_OPEN_SECONDS = 120.0
_LEAST_SECONDS = 1.0  # what may take no time at all cannot be answered


@dataclass(slots=True)
class Breaker:
    """Spares a provider that keeps failing, for a while.

    Attributes:
        now: Monotonic clock, in seconds.
        failures: In a row.
        opened_at: When it opened; None while it is closed.
    """

    now: Callable[[], float]
    failures: int = 0
    opened_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is to be asked now; after a while one trial is."""
        if self.opened_at is None:
            return False
        return self.now() - self.opened_at < _OPEN_SECONDS

    def succeeded(self) -> None:
        """Close it."""
        self.failures, self.opened_at = 0, None

    def failed(self) -> None:
        """Count a failure, and open when there were too many."""
        self.failures += 1
        if self.failures >= _OPENS_AFTER:
            self.opened_at = self.now()


@dataclass(frozen=True, kw_only=True)
class Patient:
    """The first of several models that answers.

    Attributes:
        models: The one that was named, and what to fall back to.
        now: Monotonic clock, in seconds.
        sleep: Waits so many seconds.
        chance: Returns a number from 0 to 1, for the jitter.
    """

    models: Sequence[LanguageModel]
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    breakers: dict[str, Breaker] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the one that was named."""
        return self.models[0].name

    @property
    def price(self) -> Price | None:
        """The dearest: a limit must hold whoever answers; None when one is unknown."""
        prices = [model.price for model in self.models]
        known = [price for price in prices if price is not None]
        if len(known) < len(prices):
            return None
        return Price(
            input_microdollars=max(each.input_microdollars for each in known),
            output_microdollars=max(each.output_microdollars for each in known),
        )

    def answer(self, request: Request) -> Reply:
        """Return the first answer that comes.

        Raises:
            ProviderUnavailable: None of the models answers now.
            ProviderRefused: None of them will answer this.
            ContextOverflow: The conversation is too long.
        """
        *others, last = self.models
        end = self.now() + request.timeout_seconds
        for number, model in enumerate(others):
            share = (end - self.now()) / (len(self.models) - number)
            try:
                return self._asked(model, request, self.now() + share)
            except (ProviderUnavailable, ProviderRefused):
                continue  # the next one may; the last one's error is raised
        return self._asked(last, request, end)

    def _asked(self, model: LanguageModel, request: Request, deadline: float) -> Reply:
        breaker = self.breakers.setdefault(model.name, Breaker(self.now))
        for attempt in range(1, _ATTEMPTS + 1):
            if breaker.is_open:
                break
            try:
                left = max(deadline - self.now(), _LEAST_SECONDS)
                reply = model.answer(replace(request, timeout_seconds=left))
            except ProviderUnavailable as error:
                breaker.failed()
                wait = self._wait(attempt, error)
                if attempt == _ATTEMPTS or self.now() + wait >= deadline:
                    raise
                self.sleep(wait)
            else:
                breaker.succeeded()
                return reply
        raise ProviderUnavailable(
            f"{model.name} failed {breaker.failures} times in a row and is left alone",
            hint="`prodwright runs resume` goes on where this ended",
        )

    def _wait(self, attempt: int, error: ProviderUnavailable) -> float:
        """Return how long to wait, in seconds; infinite: not worth it."""
        asked = error.retry_after_seconds
        if asked is not None:
            return asked if asked <= _LONGEST_RETRY_AFTER_SECONDS else float("inf")
        longest = min(
            _LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * float(2 ** (attempt - 1))
        )
        return longest * self.chance()
