"""An error handler that fails itself replaces the real error with its own.

`UnboundLocalError` in place of "connection refused" sends whoever is on call
after the wrong bug; it is the path nobody runs before production does.
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
    body_nodes,
    calls_in,
    caught_names,
    loop_around,
)

EXAMPLES = (
    Example(
        bad="""
            def load(client, url, log):
                try:
                    answer = client.get(url)
                except OSError:
                    log.warning("status %s", answer.status)  # flagged
                    return None
                return answer
        """,
        good="""
            def load(client, url, log):
                try:
                    answer = client.get(url)
                except OSError:
                    log.warning("no answer from %s", url)
                    return None
                return answer
        """,
    ),
    Example(
        bad="""
            def parse(text):
                try:
                    return int(text)
                except ValueError as error:
                    raise RuntimeError(error.message) from error  # flagged
        """,
        good="""
            def parse(text):
                try:
                    return int(text)
                except ValueError as error:
                    raise RuntimeError(str(error)) from error
        """,
    ),
)

_BUILT_IN = frozenset(
    {
        "Exception",
        "BaseException",
        "ValueError",
        "TypeError",
        "KeyError",
        "OSError",
        "IOError",
        "AttributeError",
        "IndexError",
        "RuntimeError",
        "LookupError",
    }
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        yield from _python2_attributes(source, handler)
        yield from _unbound_names(source, handler)


def _python2_attributes(source: Source, handler: ast.ExceptHandler) -> Iterator[Site]:
    if not handler.name or not set(caught_names(handler)) <= _BUILT_IN:
        return
    if _looks_closer(handler):
        return
    for node in body_nodes(handler.body):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="message", ctx=ast.Load()):
                if name == handler.name:
                    message = f"{caught_names(handler)[0]} has no attribute 'message'"
                    yield Site(node=node, message=message)


def _looks_closer(handler: ast.ExceptHandler) -> bool:
    """The handler asks for the attribute or the class first, or sets it."""
    calls = calls_in(handler.body)
    names = {each.func.id for each in calls if isinstance(each.func, ast.Name)}
    return bool(names & {"hasattr", "isinstance"}) or any(
        isinstance(node, ast.Try) or _sets_message(node)
        for node in body_nodes(handler.body)
    )


def _sets_message(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="message", ctx=ast.Store()):
            return True
        case _:
            return False


def _unbound_names(source: Source, handler: ast.ExceptHandler) -> Iterator[Site]:
    attempt = source.parent(handler)
    match attempt:
        case ast.Try(body=[ast.Assign(targets=[ast.Name(id=name)])]):
            pass
        case _:
            return
    if source.function_of(handler) is None or loop_around(source, attempt):
        return
    read = _first_read(handler, name)
    if read is not None and _bound_only_there(source, attempt, name):
        message = f"{name!r} is not assigned when its own assignment fails"
        yield Site(node=read, message=message)


def _first_read(handler: ast.ExceptHandler, name: str) -> ast.Name | None:
    for node in body_nodes(handler.body):
        match node:
            case ast.Name(id=used, ctx=ast.Load()) if used == name:
                return node
    return None


def _bound_only_there(source: Source, attempt: ast.Try, name: str) -> bool:
    """Tell whether nothing but this `try` gives `name` a value before the handler."""
    function = source.function_of(attempt)
    assert function is not None
    stores = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name)
        and node.id == name
        and not isinstance(node.ctx, ast.Load)
    ]
    first = attempt.body[0]
    assert isinstance(first, ast.Assign)
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    shared = any(
        isinstance(node, ast.Global | ast.Nonlocal) and name in node.names
        for node in ast.walk(function)
    )
    other = [each for each in stores if each is not first.targets[0]]
    return (
        not shared
        and name not in arguments
        and not any(
            each.lineno <= attempt.lineno or _is_inside(source, each, attempt)
            for each in other
        )
    )


def _is_inside(source: Source, node: ast.AST, attempt: ast.Try) -> bool:
    return any(around is attempt for around in source.ancestors(node))


REPAIR = Brief(
    summary="Use only what is bound when the `try` body has failed: the inputs and "
    "the error itself"
)

HAZARD = Hazard(
    title="Keep error handlers from failing",
    practice="clear-propagation",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-457",),
)
