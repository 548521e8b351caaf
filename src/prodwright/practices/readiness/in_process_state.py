"""State in a module's dictionary exists once per process, not once per service.

With two replicas the session is known to one of them, the limit counts half of
the requests, and a restart forgets everything.
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
            from fastapi import FastAPI

            app = FastAPI()
            sessions = {}


            @app.post("/login")
            def login(name: str):
                sessions[name] = "open"  # flagged
        """,
        good="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.post("/login")
            def login(name: str, store):
                store.set(name, "open", ttl_seconds=3600)
        """,
    ),
)

_CHANGES = frozenset(
    {
        "append",
        "add",
        "update",
        "setdefault",
        "pop",
        "remove",
        "extend",
        "discard",
        "clear",
        "insert",
    }
)


def check(source: Source) -> Iterator[Site]:
    handlers = [each.function for each in routes(source)]
    state = _module_state(source) if handlers else frozenset()
    if not state:
        return
    for handler in handlers:
        for node in body_nodes(handler.body):
            name = _changed(node)
            if name in state and not _is_local(handler, name):
                message = f"{name!r} exists once per process"
                assert isinstance(node, ast.expr)
                yield Site(node=node, message=message)


def _module_state(source: Source) -> frozenset[str]:
    found = set()
    for statement in source.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found |= {name} if _is_container(source, value) else set()
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found |= {name} if _is_container(source, value) else set()
    return frozenset(found)


def _is_container(source: Source, value: ast.expr) -> bool:
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Call(args=arguments):
            made = source.called(value)
            plain = made in ("dict", "list", "set") and not arguments
            return plain or made in _COUNTING
        case _:
            return False


_COUNTING = frozenset(
    {
        "collections.defaultdict",
        "collections.deque",
        "collections.Counter",
        "collections.OrderedDict",
    }
)


def _changed(node: ast.AST) -> str:
    match node:
        case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
            return name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute)):
            return name if attribute in _CHANGES else ""
        case _:
            return ""


def _is_local(handler: Function, name: str) -> bool:
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Store)
        for node in body_nodes(handler.body)
    ) or any(each.arg == name for each in handler.args.args)


REPAIR = Brief(
    summary="Keep shared state in a store that every replica sees (database, Redis), "
    "with an expiry"
)

HAZARD = Hazard(
    title="Keep state where every replica sees it",
    practice="horizontal-scale",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Twelve-Factor App VI",),
    subject="request handlers",
    concerns=lambda source: any(True for _ in routes(source)),
)
