"""A service that takes payments and keeps the books."""

from prodwright.blueprints._blueprint import Blueprint, Step
from prodwright.blueprints.core import DATABASE
from prodwright.blueprints.payments._currencies import CURRENCIES
from prodwright.core.profile import Area, Question

_ANY_CURRENCY = f"(?:{'|'.join(CURRENCIES)})"

BLUEPRINT = Blueprint(
    name="payments",
    title="Payment service",
    package="payment_service",
    words={
        "payment": 3,
        "pay": 2,
        "payment transaction": 2,
        "process payment": 2,
        "payment processing": 2,
        "payment gateway": 2,
        "refund": 2,
        "charge": 2,
        "checkout": 2,
        "ledger": 2,
        "double-entry": 2,
        "merchant": 2,
        "idempotency": 1,
        "transaction": 1,
        "incoming": 1,
        "capture": 1,
        "card": 1,
        "currency": 1,
        "money": 1,
        "webhook": 1,
        "process": 1,
        "validate": 1,
        "function": 1,
        "api": 1,
        "service": 1,
    },
    questions=(
        Question(
            key="provider",
            area=Area.INTEGRATION,
            text="Is there a gateway to send payments to, or only the built-in fake?",
            changes=(
                "what development and the tests talk to; with `fake`, production "
                "refuses to start until `GATEWAY_URL` names a gateway"
            ),
            options=("fake", "http"),
            default="fake",
        ),
        Question(
            key="gateway_url",
            area=Area.INTEGRATION,
            text="Under which address does the gateway answer?",
            changes="the default of `GATEWAY_URL` and the test that holds it",
            pattern=r"https://[a-z0-9.-]{1,200}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._-]+)*",
            alternatives=(
                "https://gateway.example.com/v1",
                "https://pay.example.org",
            ),
            only_if={"provider": "http"},
        ),
        Question(
            key="currencies",
            area=Area.SECURITY,
            text="Which currencies may be charged (ISO 4217, separated by commas)?",
            changes=(
                "the allowlist at the boundary, the number of decimals and the "
                "smallest and largest amount of each, and the tests of all of them"
            ),
            pattern=rf"{_ANY_CURRENCY}(?:,{_ANY_CURRENCY})*",
            default="EUR",
            alternatives=("EUR,USD,JPY",),
        ),
        Question(
            key="peak_payments_per_second",
            area=Area.LOAD,
            text="How many payments arrive per second at the busiest time?",
            changes=(
                "threads and connections, the pace each API key may keep, how much "
                "a round of the jobs takes on, and the thresholds of their tests"
            ),
            pattern=r"[1-9][0-9]{0,2}",
            default="20",
            alternatives=("200",),
        ),
        Question(
            key="retention_days",
            area=Area.RETENTION,
            text="For how many days is what names a payer kept after a payment ends?",
            changes=(
                "when descriptions and metadata are erased from payments (the books "
                "stay), and the test of that boundary"
            ),
            pattern=r"[1-9][0-9]{0,3}",
            default="365",
            alternatives=("90",),
        ),
        DATABASE,
    ),
    steps=(
        Step(
            title="Speak to the gateway within limits: port, fake, HTTP, breaker",
            folder="gateway",
        ),
        Step(
            title="Keep books that only grow: ledger, audit trail, outbox",
            folder="books",
        ),
        Step(
            title="Process payments once: keys, limits, states, completion",
            folder="payments",
        ),
        Step(
            title="Take in the gateway's webhooks, signed and once",
            folder="webhooks",
        ),
        Step(title="Say how to run it and what to watch", folder="running"),
    ),
    includes=("core",),
    dependencies=("httpcore2>=2.16,<3",),
)
