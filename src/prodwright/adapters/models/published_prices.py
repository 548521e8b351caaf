"""What providers publish that their models cost."""

from __future__ import annotations

from prodwright.core.limits import MICRODOLLARS, Price

_MILLION = 1_000_000


def published_price(name: str) -> Price | None:
    """Return the price of `provider:name`; None when none is known."""
    from genai_prices import Usage as Priced
    from genai_prices import calc_price

    provider, _, model = name.partition(":")
    try:
        read, written = (
            calc_price(used, model, provider_id=provider).total_price
            for used in (
                Priced(input_tokens=_MILLION, output_tokens=0),
                Priced(input_tokens=0, output_tokens=_MILLION),
            )
        )
    except LookupError:
        return None
    return Price(
        input_microdollars=round(read * MICRODOLLARS),
        output_microdollars=round(written * MICRODOLLARS),
    )
