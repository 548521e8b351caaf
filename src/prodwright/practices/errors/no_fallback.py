"""A page that needs only the price fails because the recommendations are down.

What is an extra must not be able to take the whole answer with it. Say what is
shown without it, and log that it was missing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/items/{key}")
            def item(key: int, shop):
                price = shop.price(key)
                similar = shop.get_recommendations(key)  # flagged
                return {"price": price, "similar": similar}
        """,
        good="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/items/{key}")
            def item(key: int, shop):
                price = shop.price(key)
                try:
                    similar = shop.get_recommendations(key)
                except ShopUnavailable:
                    similar = []
                return {"price": price, "similar": similar}
        """,
    ),
)

# Extras: their failure is never a reason to answer nothing at all.
_EXTRAS = re.compile(
    r"(?i)(get|fetch|load|send|track|record|post)_(recommendations?|suggestions?"
    r"|analytics|tracking|telemetry|banners?|ads?|related(_items|_posts)?|avatar"
    r"|weather|exchange_rate_hint|newsletter)(_event)?"
)


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        for call in calls_in(route.function.body):
            name = ast.unparse(call.func).rpartition(".")[2]
            alone = name in route.function.name or not _EXTRAS.fullmatch(name)
            if not alone and not _is_caught(source, call):
                message = f"without {name} there is no answer at all"
                yield Site(node=call, message=message)


def _is_caught(source: Source, call: ast.Call) -> bool:
    return any(isinstance(each, ast.Try) for each in source.ancestors(call))


REPAIR = Brief(
    summary="Catch its failure, answer without it, and count how often that happens"
)

HAZARD = Hazard(
    title="Answer without what is an extra",
    practice="recovery",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("Michael Nygard, Release It!: fail gracefully",),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
