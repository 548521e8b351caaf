"""A handler that reads a raw dictionary finds out about bad input line by line.

A missing key is a 500, a string where a number was meant goes into the database,
and a field nobody knows of is stored along with the rest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI, Request

            app = FastAPI()


            @app.post("/orders")
            async def place(request: Request):
                data = await request.json()
                store(data["item"], data["count"])  # flagged
        """,
        good="""
            from fastapi import FastAPI
            from pydantic import BaseModel, Field

            app = FastAPI()


            class Order(BaseModel):
                item: str = Field(max_length=40)
                count: int = Field(ge=1, le=100)


            @app.post("/orders")
            async def place(order: Order):
                store(order.item, order.count)
        """,
    ),
    Example(
        bad="""
            from flask import Flask, request

            app = Flask(__name__)


            @app.post("/orders")
            def place():
                store(request.json["item"])  # flagged
        """,
        good="""
            from flask import Flask, request

            app = Flask(__name__)


            @app.post("/orders")
            def place():
                order = OrderSchema().load(request.get_json())
                store(order.item)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if not any(_is_body(each) for each in source.nodes(ast.Attribute)):
        return
    for route in routes(source):
        raw = _raw_variables(route.function)
        for node in body_nodes(route.function.body):
            match node:
                case ast.Subscript(value=value, slice=ast.Constant(), ctx=ast.Load()):
                    if _is_body(value) or _is_named(value, raw):
                        message = "this field is used before anything was checked"
                        yield Site(node=node, message=message)
                        break


def _raw_variables(function: Function) -> set[str]:
    """Return the variables that hold the body and are passed to nothing whole.

    What is handed on whole may be checked there.
    """
    found = set()
    for node in body_nodes(function.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if _is_body(value):
                    found.add(name)
    whole = {
        argument.id
        for node in body_nodes(function.body)
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(each.value for each in node.keywords))
        if isinstance(argument, ast.Name)
    }
    compared = {
        name.id
        for node in body_nodes(function.body)
        if isinstance(node, ast.Compare)
        for name in node.comparators
        if isinstance(name, ast.Name)
    }
    return found - whole - compared


def _is_body(value: ast.expr) -> bool:
    """`request.json`, `request.get_json()` or `await request.json()`."""
    value = value.value if isinstance(value, ast.Await) else value
    value = value.func if isinstance(value, ast.Call) else value
    match value:
        case ast.Attribute(value=ast.Name(id="request" | "req"), attr=name):
            return name in ("json", "get_json")
        case _:
            return False


def _is_named(value: ast.expr, names: set[str]) -> bool:
    return isinstance(value, ast.Name) and value.id in names


REPAIR = Brief(
    summary="Declare the body as a schema with types, bounds and no unknown fields, "
    "and let the framework refuse what does not fit with a 4xx"
)

HAZARD = Hazard(
    title="Check the body against a schema",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-20", "OWASP ASVS 5.0 2.2.1"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
