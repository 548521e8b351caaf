"""Any site may read what this API answers to its visitors' browsers.

With credentials allowed and every origin accepted, a page that a logged-in user
opens can fetch their data and send it elsewhere.
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
    constant,
    keyword,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware

            app = FastAPI()
            app.add_middleware(  # flagged
                CORSMiddleware, allow_origins=["*"], allow_credentials=True
            )
        """,
        good="""
            from fastapi import FastAPI
            from fastapi.middleware.cors import CORSMiddleware

            app = FastAPI()
            app.add_middleware(
                CORSMiddleware,
                allow_origins=["https://shop.acme.io"],
                allow_credentials=True,
            )
        """,
    ),
)

_CREDENTIALS = frozenset({"allow_credentials", "supports_credentials"})


def check(source: Source) -> Iterator[Site]:
    options = (each for each in source.nodes(ast.keyword) if each.arg in _CREDENTIALS)
    for call in dict.fromkeys(source.parent(each) for each in options):
        if not isinstance(call, ast.Call):
            continue
        if _is_open_starlette(source, call) or _is_open_flask(source, call):
            message = "every site may act with the visitor's credentials"
            yield Site(node=call, message=message)


def _is_open_starlette(source: Source, call: ast.Call) -> bool:
    if constant(keyword(call, "allow_credentials")) is not True:
        return False
    pattern = constant(keyword(call, "allow_origin_regex"))
    return _is_any(source, keyword(call, "allow_origins")) or pattern in _EVERY


def _is_any(source: Source, origins: ast.expr | None) -> bool:
    value = only_value(source, origins) if origins is not None else None
    match value:
        case ast.List(elts=listed) | ast.Tuple(elts=listed):
            return any(constant(each) == "*" for each in listed)
        case _:
            return constant(value) == "*"


_EVERY = frozenset({".*", "^.*$", "^.*"})


def _is_open_flask(source: Source, call: ast.Call) -> bool:
    """Flask-CORS allows every origin unless told otherwise."""
    if constant(keyword(call, "supports_credentials")) is not True:
        return False
    if source.called(call) != "flask_cors.CORS":
        return False
    origins, resources = keyword(call, "origins"), keyword(call, "resources")
    return (origins is None and resources is None) or _is_any(source, origins)


REPAIR = Brief(summary="List the origins that may call with credentials")

HAZARD = Hazard(
    title="Name the origins that may act for a user",
    practice="least-privilege",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-942", "ASVS 5 3.4.2"),
)
