"""What a run may use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.core.conversation import Usage
from prodwright.core.limits import Limits, Price, dollars

AMOUNT = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("used", "seconds", "told"),
    [
        (Usage(), 0.0, ""),
        (Usage(requests=200), 0.0, "200 requests"),
        (Usage(input_tokens=4_000_000), 0.0, "4,000,000 tokens"),
        (Usage(cost_microdollars=10_000_000), 0.0, "a cost of $10.00"),
        (Usage(cost_microdollars=None), 0.0, ""),
        (Usage(), 3_600.0, "3600 s"),
    ],
)
def test_the_limit_that_is_reached_is_named(
    used: Usage, seconds: float, told: str
) -> None:
    assert Limits().reached(used, seconds) == told


@given(read=AMOUNT, spent=AMOUNT, price=st.integers(1, 10**8), most=AMOUNT)
def test_an_answer_that_is_allowed_never_breaks_the_limit(
    read: int, spent: int, price: int, most: int
) -> None:
    limits, cost = Limits(), Price(input_microdollars=price, output_microdollars=price)
    used = Usage(cost_microdollars=spent)

    left = limits.output_left(used, read, cost, most)

    if left > 0:
        assert left <= most
        assert used.tokens + read + left <= limits.tokens
        assert spent + cost.of(read, left) <= limits.cost_microdollars + 1


def test_an_unknown_cost_is_told_as_such() -> None:
    assert dollars(None) == "an unknown cost"
