"""Small, automatic changes to one function, each of which a good test notices.

None of them raises by itself: a test that only calls code and asserts nothing
stays green on all of them.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from types import CodeType

Change = Callable[[ast.AST], None]
_OPPOSITE = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def mutants_of(text: str, path: str, code: CodeType) -> Iterator[tuple[str, CodeType]]:
    """Yield descriptions and changed code objects for the function of `code`.

    Args:
        text: Source of the module.
        path: Its file name, as in `code`.
        code: A function's code object compiled from that module.
    """
    tree = ast.parse(text)
    place = _position_of(tree, code)
    if place is None:
        return
    count = len(list(_changes(_function_at(tree, place))))
    for number in range(count):
        changed = copy.deepcopy(tree)
        what, node, change = list(_changes(_function_at(changed, place)))[number]
        change(node)
        ast.fix_missing_locations(changed)
        found = _same_function(compile(changed, path, "exec"), code)
        if found is not None and found.co_freevars == code.co_freevars:
            yield f"{what} in line {getattr(node, 'lineno', 0)}", found


def _position_of(tree: ast.Module, code: CodeType) -> int | None:
    for number, node in enumerate(ast.walk(tree)):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        if node.name == code.co_name and first == code.co_firstlineno:
            return number
    return None


def _function_at(tree: ast.Module, place: int) -> ast.AST:
    return next(node for number, node in enumerate(ast.walk(tree)) if number == place)


def _changes(function: ast.AST) -> Iterator[tuple[str, ast.AST, Change]]:
    body = [node for node in ast.walk(function) if node is not function]
    kinds = (_conditions, _comparisons, _returns, _dropped_calls, _constants)
    for kind in kinds:
        yield from kind(body)


def _conditions(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, Change]]:
    for node in nodes:
        if isinstance(node, (ast.If, ast.IfExp)):
            yield "condition negated", node, _negate


def _comparisons(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, Change]]:
    for node in nodes:
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _OPPOSITE:
            yield "comparison reversed", node, _reverse


def _returns(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, Change]]:
    for node in nodes:
        if isinstance(node, ast.Return) and node.value is not None:
            yield "None returned", node, _return_none


def _dropped_calls(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, Change]]:
    for node in nodes:
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await)):
            yield "call dropped", node, _drop


def _constants(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.AST, Change]]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, str)):
            yield "constant changed", node, _change_constant


def _negate(node: ast.AST) -> None:
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)  # type: ignore[attr-defined]


def _reverse(node: ast.AST) -> None:
    node.ops[0] = _OPPOSITE[type(node.ops[0])]()  # type: ignore[attr-defined]


def _return_none(node: ast.AST) -> None:
    node.value = ast.Constant(value=None)  # type: ignore[attr-defined]


def _drop(node: ast.AST) -> None:
    node.value = ast.Constant(value=None)  # type: ignore[attr-defined]


def _change_constant(node: ast.AST) -> None:
    value = node.value  # type: ignore[attr-defined]
    if isinstance(value, bool):
        changed: object = not value
    else:
        changed = value + 1 if isinstance(value, int) else f"{value}~"
    node.value = changed  # type: ignore[attr-defined]


def _same_function(module: CodeType, code: CodeType) -> CodeType | None:
    waiting = [module]
    while waiting:
        each = waiting.pop()
        if each.co_name == code.co_name and each.co_firstlineno == code.co_firstlineno:
            return each
        waiting.extend(part for part in each.co_consts if isinstance(part, CodeType))
    return None
