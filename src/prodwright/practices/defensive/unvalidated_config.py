"""A setting that is read in the middle of a request is found wrong in production.

`int(os.environ["PORT_LIMIT"])` deep in the code fails at the first customer who
gets there, days after the deployment that forgot it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, routes

EXAMPLES = (
    Example(
        bad="""
            import os

            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/limits")
            def limits():
                return int(os.environ["MOST_ORDERS"])  # flagged
        """,
        good="""
            import os

            from fastapi import FastAPI

            app = FastAPI()
            most_orders = int(os.environ["MOST_ORDERS"])


            @app.get("/limits")
            def limits():
                return most_orders
        """,
    ),
)

_READS = frozenset({"os.getenv", "os.environ.get"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("os"):
        return
    for route in routes(source):
        for node in ast.walk(route.function):
            if _reads(source, node):
                assert isinstance(node, ast.expr)
                message = "whether this is set and right shows only now"
                yield Site(node=node, message=message)


def _reads(source: Source, node: ast.AST) -> bool:
    match node:
        case ast.Subscript(value=value, ctx=ast.Load()):
            return source.qualified(value) == "os.environ"
        case ast.Call():
            return source.qualified(node.func) in _READS
        case _:
            return False


REPAIR = Brief(
    summary="Read and check all settings once, at start-up, into one frozen object; "
    "refuse to start and name every fault"
)

HAZARD = Hazard(
    title="Check the configuration at start-up",
    practice="validate-boundaries",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1188", "The Twelve-Factor App: config"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
