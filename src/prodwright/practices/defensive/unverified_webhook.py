"""A webhook that checks no signature believes whoever knows its address.

A stranger posts `payment.succeeded`, and the goods go out. The address is no
secret: it stands in the provider's dashboard, in logs, and in every old ticket.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Route, Severity, Site, Source, routes

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI, Request

            app = FastAPI()


            @app.post("/webhooks/payments")
            async def paid(request: Request):  # flagged
                event = await request.json()
                ship(event["order"])
        """,
        good="""
            import hashlib
            import hmac

            from fastapi import FastAPI, HTTPException, Request

            app = FastAPI()


            @app.post("/webhooks/payments")
            async def paid(request: Request):
                body = await request.body()
                signed = request.headers.get("x-signature", "")
                expected = hmac.new(KEY, body, hashlib.sha256).hexdigest()
                if not hmac.compare_digest(expected, signed):
                    raise HTTPException(401)
                ship(parse(body))
        """,
    ),
)

_PATH = re.compile(r"(?i).*(web-?_?hooks?|callbacks?/(payment|stripe|adyen|paypal))")
_CHECKED = re.compile(
    r"(?i)sign|hmac|verif|construct_event|secret|token|auth|digest|compare|Depends\("
    r"|Security\(|svix|allowed_ips|validate"
)
_MANAGING = re.compile(
    r"(?i)(create|update|delete|list|test|register|add|edit|manage)_"
)


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        if route.verb in ("post", "route") and _receives(route):
            text = ast.unparse(route.function)
            if not _CHECKED.search(text):
                message = f"{route.path} believes whoever sends to it"
                yield Site(node=route.function, message=message)


def _receives(route: Route) -> bool:
    """Routes that manage webhooks for a user are called by that user."""
    return bool(_PATH.match(route.path)) and not _MANAGING.match(route.function.name)


REPAIR = Brief(
    summary="Compare the provider's signature over the raw body in constant time, and "
    "refuse old timestamps, before anything of it is parsed"
)

HAZARD = Hazard(
    title="Verify who sent a webhook",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-345", "CWE-347", "Stripe docs: verify webhook signatures"),
    subject="webhooks",
    concerns=lambda source: "webhook" in source.text.lower(),
)
