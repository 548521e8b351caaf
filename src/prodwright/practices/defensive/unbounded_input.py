"""A page size without an upper bound is a download of the whole table.

`?limit=100000000` costs the sender nothing. It costs the database a scan, the
worker its memory, and everybody else the service.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    keyword,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/orders")
            def orders(limit: int = 50):  # flagged
                return load(limit)
        """,
        good="""
            from typing import Annotated

            from fastapi import FastAPI, Query

            app = FastAPI()


            @app.get("/orders")
            def orders(limit: Annotated[int, Query(ge=1, le=200)] = 50):
                return load(limit)
        """,
    ),
    Example(
        bad="""
            from fastapi import FastAPI, Query

            app = FastAPI()


            @app.get("/orders")
            def orders(page_size: int = Query(50, ge=1)):  # flagged
                return load(page_size)
        """,
        good="""
            from fastapi import FastAPI, Query

            app = FastAPI()


            @app.get("/orders")
            def orders(page_size: int = Query(50, ge=1, le=200)):
                return load(page_size)
        """,
    ),
)

_SIZES = re.compile(
    r"(limit|page_?size|per_page|page_limit|max_results|count|size|top)"
)
_FIELDS = frozenset({"Query", "Path", "Body", "Field", "conint"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("fastapi"):
        return
    for route in routes(source):
        for argument, default in _sizes(route.function):
            if not _is_bounded(argument, default, route.function):
                message = f"whoever asks says how large {argument.arg!r} is"
                yield Site(node=argument, message=message)


def _sizes(function: Function) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Yield the parameters that say how much is wanted, with their defaults."""
    given = [*function.args.posonlyargs, *function.args.args]
    none: list[ast.expr | None] = [None] * (len(given) - len(function.args.defaults))
    pairs = [
        *zip(given, [*none, *function.args.defaults], strict=True),
        *zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        if _SIZES.fullmatch(argument.arg) and _is_number(argument.annotation):
            yield argument, default


def _is_number(annotation: ast.expr | None) -> bool:
    names = (
        {n.id for n in ast.walk(annotation) if isinstance(n, ast.Name)}
        if (annotation is not None)
        else set()
    )
    return "int" in names


def _is_bounded(
    argument: ast.arg, default: ast.expr | None, function: Function
) -> bool:
    for part in (argument.annotation, default):
        for node in ast.walk(part) if part is not None else ():
            if isinstance(node, ast.Call) and _bounds(node):
                return True
    if any(_is_other_type(n) for n in ast.walk(argument.annotation or ast.Pass())):
        return True
    return _is_cut(function, argument.arg)


def _bounds(call: ast.Call) -> bool:
    name = ast.unparse(call.func).rpartition(".")[2]
    limits = (keyword(call, each) for each in ("le", "lt"))
    return name not in _FIELDS or any(each is not None for each in limits)


def _is_other_type(node: ast.AST) -> bool:
    """A type of the project's own may hold the bound."""
    known = ("int", "Annotated", "Optional", "Union", "typing", "None")
    return isinstance(node, ast.Name) and node.id not in (*known, *_FIELDS)


def _is_cut(function: Function, name: str) -> bool:
    """The handler compares it, or takes the smaller of it and a limit."""
    for node in ast.walk(function):
        match node:
            case ast.Compare() | ast.Call(func=ast.Name(id="min")):
                names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
                if name in names:
                    return True
    return False


REPAIR = Brief(
    summary="Declare the least and the largest value (`Query(ge=1, le=200)`), and a "
    "maximum length for every text and list"
)

HAZARD = Hazard(
    title="Bound every input",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "CWE-1284", "OWASP API4:2023"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
