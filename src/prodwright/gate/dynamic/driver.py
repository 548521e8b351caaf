"""A test that drives an application which none of the project's own tests drives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from prodwright.analysis import Source
from prodwright.gate.candidate import Candidate

PROVIDER = "prodwright_provider.py"
FILE = "test_prodwright_driver.py"
_CLIENTS = re.compile(
    r"TestClient|test_client|[AW]SGITransport|django\.test|webtest|prodwright_client"
    r"|AsyncClient|APIClient|\bclient\.(get|post)\("
)
_FRAMEWORKS = frozenset(
    {
        *("FastAPI", "Starlette", "Flask", "Litestar", "Quart", "Sanic", "Bottle"),
        *("get_asgi_application", "get_wsgi_application", "App"),
    }
)
_NAMES = ("app", "application", "api")
_FACTORIES = ("create_app", "make_app", "build_app", "get_app")
_MAY_MAKE_ONE = re.compile("|".join((*_FRAMEWORKS, *_FACTORIES)))
_PROVIDED = """
import prodwright_provider as provider


def test_provided(prodwright_client):
    users = getattr(provider, "users", dict)()
    client = prodwright_client(provider.application(), users)
    for method, path, told in getattr(provider, "requests", list)():
        client.request(method, path, **told)
    client.request("GET", "/")
"""
_FOUND = """
import importlib


def test_found(prodwright_client):
    found = getattr(importlib.import_module({module!r}), {name!r})
    app = found() if {is_factory!r} else found
    prodwright_client(app).request("GET", "/")
"""


def driver_for(candidate: Candidate, prefix: str) -> str:
    """Return the text of the test; empty: none is needed, or nothing is there to drive.

    Args:
        candidate: What is judged.
        prefix: Of the project's paths in those of sources.
    """
    sources = candidate.after.sources
    if any(each.path == f"{prefix}{PROVIDER}" for each in sources):
        return _PROVIDED
    if any(each.is_test and _CLIENTS.search(each.text) for each in sources):
        return ""
    for source in sources:
        if source.is_test or source.is_aside:
            continue
        for name, is_factory in _applications(source):
            module = _module(source.path.removeprefix(prefix))
            return _FOUND.format(module=module, name=name, is_factory=is_factory)
    return ""


def _applications(source: Source) -> Iterator[tuple[str, bool]]:
    if not _MAY_MAKE_ONE.search(source.text):
        return
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            named = [each.id for each in node.targets if isinstance(each, ast.Name)]
            if _called(node.value) in _FRAMEWORKS and set(named) & set(_NAMES):
                yield named[0], False
        if isinstance(node, ast.FunctionDef) and _is_factory(node):
            yield node.name, True


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_factory(node: ast.FunctionDef) -> bool:
    """Only one that needs nothing can be called by somebody who knows nothing."""
    plain = len(node.args.posonlyargs) + len(node.args.args)
    needs = plain > len(node.args.defaults) or None in node.args.kw_defaults
    return node.name in _FACTORIES and not needs


def _module(path: str) -> str:
    parts = PurePath(path).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
