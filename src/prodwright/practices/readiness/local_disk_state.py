"""A file that one replica has written is not there for the others.

The upload worked and the download says 404, every other time; after a deployment
all of it is gone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    constant,
    passed,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.post("/reports/{name}")
            def store(name: int, body: bytes):
                with open(f"/var/reports/{name}", "wb") as target:  # flagged
                    target.write(body)
        """,
        good="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.post("/reports/{name}")
            def store(name: int, body: bytes, bucket):
                bucket.put(str(name), body)
        """,
    ),
)

_WRITES = frozenset("wxa")
_METHODS = frozenset({"write_text", "write_bytes"})


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        if "temp" in ast.unparse(route.function).lower():
            continue
        for call in calls_in(route.function.body):
            if _writes(source, call):
                message = "only this replica has the file, and only until it restarts"
                yield Site(node=call, message=message)


def _writes(source: Source, call: ast.Call) -> bool:
    if source.called(call) in ("open", "io.open", "aiofiles.open"):
        mode = constant(passed(call, "mode", 1))
        return isinstance(mode, str) and not _WRITES.isdisjoint(mode)
    return isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS


REPAIR = Brief(
    summary="Keep it in an object store or the database; a temporary file is for the "
    "time of one request"
)

HAZARD = Hazard(
    title="Keep state where all replicas see it",
    practice="horizontal-scale",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("The Twelve-Factor App: processes",),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
