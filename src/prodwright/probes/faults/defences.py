"""Takes one defence after another out of a function: a timeout, a handler, a `finally`.

What stays green under a fault proves something only when it is red without its defence.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType
from typing import Any

Change = Callable[[ast.AST], None]
Found = tuple[str, ast.AST, Change]
_LIMITS = ("timeout", "connect_timeout", "read_timeout", "socket_timeout", "deadline")
_LIMITING = (
    "timeout",
    "Timeout",
    "ClientTimeout",
    "wait_for",
    "fail_after",
    "settimeout",
)
_TIDYING = (
    "cancel",
    "close",
    "fsync",
    "kill",
    "raise_for_status",
    "release",
    "remove",
    "rollback",
    "sleep",
    "terminate",
    "unlink",
)
_CHECKS = ("check",)
MOST_PER_FUNCTION = 12


def without_defences(
    text: str, path: str, code: CodeType
) -> Iterator[tuple[str, CodeType]]:
    """Yield what was taken away, and the function's code without it.

    Args:
        text: Source of the module.
        path: Its file name, as in `code`.
        code: A function's code object compiled from that module.
    """
    tree = ast.parse(text)
    number = _number_of(tree, code)
    if number is None:
        return
    count = len(list(_defences(_node_at(tree, number))))
    for each in range(min(count, MOST_PER_FUNCTION)):
        changed = copy.deepcopy(tree)
        what, node, change = list(_defences(_node_at(changed, number)))[each]
        line = getattr(node, "lineno", code.co_firstlineno)
        change(node)
        ast.fix_missing_locations(changed)
        found = _function_like(compile(changed, path, "exec"), code)
        if found is not None and found.co_freevars == code.co_freevars:
            yield f"{what} in line {line}", found


def _number_of(tree: ast.Module, code: CodeType) -> int | None:
    for number, node in enumerate(ast.walk(tree)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        if node.name == code.co_name and first == code.co_firstlineno:
            return number
    return None


def _node_at(tree: ast.Module, number: int) -> ast.AST:
    return next(node for place, node in enumerate(ast.walk(tree)) if place == number)


def _function_like(module: CodeType, code: CodeType) -> CodeType | None:
    waiting = [module]
    while waiting:
        each = waiting.pop()
        if each.co_name == code.co_name and each.co_firstlineno == code.co_firstlineno:
            return each
        waiting.extend(part for part in each.co_consts if isinstance(part, CodeType))
    return None


def _defences(function: ast.AST) -> Iterator[Found]:
    for node in ast.walk(function):
        yield from _of_call(node)
        if isinstance(node, ast.Try) and node.finalbody:
            yield "no finally", node, _drop_finally
        elif isinstance(node, ast.ExceptHandler):
            yield "handler does nothing", node, _empty
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for number in range(len(node.items)):
                yield "with is never left", node, partial(_never_leave, number)
        elif isinstance(node, ast.If) and _only_raises(node):
            yield "no check", node, _check_nothing
        elif isinstance(node, ast.For) and _is_bounded(node):
            yield "no bound", node, _unbound


def _of_call(node: ast.AST) -> Iterator[Found]:
    if isinstance(node, ast.Expr):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if isinstance(call, ast.Call) and _name(call) in _TIDYING:
            yield f"no {_name(call)}", node, _drop
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        if keyword.arg in _LIMITS:
            yield "no timeout", keyword, _none
        elif keyword.arg in _CHECKS:
            yield "no check", keyword, _false
    if _name(node) in _LIMITING and node.args:
        yield "no timeout", node, _limit_nothing


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _only_raises(node: ast.If) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], ast.Raise)


def _is_bounded(node: ast.For) -> bool:
    called = isinstance(node.iter, ast.Call) and _name(node.iter) == "range"
    return called and any(isinstance(each, ast.Try) for each in ast.walk(node))


def _drop_finally(node: ast.AST) -> None:
    assert isinstance(node, ast.Try)
    node.finalbody = []
    if not node.handlers:
        node.finalbody = [ast.Pass()]


def _empty(node: ast.AST) -> None:
    assert isinstance(node, ast.ExceptHandler)
    node.body = [ast.Pass()]


def _never_leave(number: int, node: ast.AST) -> None:
    """Enter what is entered, and hold on to it for good."""
    assert isinstance(node, (ast.With, ast.AsyncWith))
    item = node.items[number]
    name = ast.Name(KEEPER, ast.Load())
    item.context_expr = ast.Call(name, [item.context_expr], [])


def _check_nothing(node: ast.AST) -> None:
    assert isinstance(node, ast.If)
    node.body = [ast.Pass()]


def _unbound(node: ast.AST) -> None:
    assert isinstance(node, ast.For)
    calling = [ast.Name("int", ast.Load()), ast.Constant(1)]
    node.iter = ast.Call(ast.Name("iter", ast.Load()), calling, [])


def _drop(node: ast.AST) -> None:
    assert isinstance(node, ast.Expr)
    node.value = ast.Constant(None)


def _none(node: ast.AST) -> None:
    assert isinstance(node, ast.keyword)
    node.value = ast.Constant(None)


def _false(node: ast.AST) -> None:
    assert isinstance(node, ast.keyword)
    node.value = ast.Constant(value=False)


def _limit_nothing(node: ast.AST) -> None:
    assert isinstance(node, ast.Call)
    node.args[-1] = ast.Constant(None)


KEEPER = "_prodwright_keeper"
_kept: list[Any] = []


class NeverLeft:
    """A context that is entered and never left, in place of one that is.

    Args:
        real: The context manager.
    """

    def __init__(self, real: Any) -> None:
        self._real = real
        _kept.append(real)

    def __enter__(self) -> Any:
        """Enter it."""
        return type(self._real).__enter__(self._real)

    def __exit__(self, *error: object) -> None:
        """Leave nothing: that is the point."""

    async def __aenter__(self) -> Any:
        """Enter it."""
        return await type(self._real).__aenter__(self._real)

    async def __aexit__(self, *error: object) -> None:
        """Leave nothing: that is the point."""
