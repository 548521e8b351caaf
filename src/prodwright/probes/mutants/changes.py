"""Small changes to one function, each of which breaks a promise that it may make."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Collection, Iterator
from types import CodeType
from typing import Any

Change = Callable[[Any], None]
Place = tuple[str, int, Any, Change]  # what, line, node, how
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}


def mutants_of(
    text: str, code: CodeType, lines: Collection[int] = (), *, of_tests: bool = False
) -> Iterator[tuple[str, int, CodeType]]:
    """Yield what is changed, in which line, and the changed code of one function.

    Changes that compile to the same as before, or as another change, are left out.

    Args:
        text: Source of the module.
        code: A function's code, compiled from that module.
        lines: Those that may be changed; empty: all.
        of_tests: Whether it is about tests: then words are changed too, and what
            tests notice most often comes first.
    """
    tree = ast.parse(text)
    number = _number_of(tree, code)
    if number is None:
        return
    known = {_content(code)}
    for each in _order(_found(tree, number, of_tests=of_tests), of_tests=of_tests):
        changed = copy.deepcopy(tree)
        what, line, node, change = _found(changed, number, of_tests=of_tests)[each]
        if lines and line not in lines:
            continue
        change(node)
        ast.fix_missing_locations(changed)
        found = _same(compile(changed, code.co_filename, "exec"), code)
        if found is None or found.co_freevars != code.co_freevars:
            continue
        if _content(found) not in known:
            known.add(_content(found))
            yield what, line, found


def _found(tree: ast.Module, number: int, *, of_tests: bool) -> list[Place]:
    function = _function(tree, number)
    worded = list(_worded(function)) if of_tests else []
    return [*_places(function), *worded]


def _order(places: list[Place], *, of_tests: bool) -> list[int]:
    numbers = list(range(len(places)))
    if not of_tests:
        return numbers
    ranks = [_rank(node) for _, _, node, _ in places]
    return sorted(numbers, key=ranks.__getitem__)


def _rank(node: ast.AST) -> int:
    kinds = (ast.If | ast.IfExp | ast.While, ast.Compare, ast.Return, ast.Expr)
    last = len(kinds) + isinstance(node, ast.Constant)
    return next((at for at, kind in enumerate(kinds) if isinstance(node, kind)), last)


def _content(code: CodeType) -> tuple[Any, ...]:
    """Return what decides how code behaves; where it stands does not."""
    constants = tuple(
        _content(each) if isinstance(each, CodeType) else (type(each), repr(each))
        for each in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames


def _number_of(tree: ast.Module, code: CodeType) -> int | None:
    for number, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if node.name == code.co_name and first == code.co_firstlineno:
                return number
    return None


def _function(tree: ast.Module, number: int) -> ast.AST:
    return next(node for at, node in enumerate(ast.walk(tree)) if at == number)


def _same(module: CodeType, code: CodeType) -> CodeType | None:
    waiting = [module]
    while waiting:
        each = waiting.pop()
        if each.co_name == code.co_name and each.co_firstlineno == code.co_firstlineno:
            return each
        waiting.extend(part for part in each.co_consts if isinstance(part, CodeType))
    return None


def _places(function: ast.AST) -> Iterator[Place]:
    said = {id(each) for each in _words(function)}
    for node in ast.walk(function):
        if node is not function:
            yield from _changes(node, said)


def _worded(function: ast.AST) -> Iterator[Place]:
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield "words are changed", node.lineno, node, _change_words


def _words(function: ast.AST) -> Iterator[ast.AST]:
    """Yield what is inside messages: nobody promises their wording."""
    for node in ast.walk(function):
        spoken = isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr)
        logged = isinstance(node, ast.Call) and _is_log(node)
        if spoken or logged:
            yield from ast.walk(node)


def _is_log(call: ast.Call) -> bool:
    told = call.func
    holder = told.value if isinstance(told, ast.Attribute) else None
    name = getattr(holder, "id", getattr(holder, "attr", ""))
    return "log" in str(name).lower() or getattr(told, "id", "") == "print"


def _changes(node: ast.AST, said: set[int]) -> Iterator[Place]:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        yield "the condition is turned round", node.test.lineno, node, _negate
    elif isinstance(node, ast.Compare):
        for kind in _COMPARISONS.get(type(node.ops[0]), ()):
            told = f"{_sign(node.ops[0])} becomes {_sign(kind())}"
            yield told, node.lineno, node, _comparing(kind)
    elif isinstance(node, ast.BoolOp):
        yield "and and or change places", node.lineno, node, _swap_logic
    elif isinstance(node, ast.BinOp) and id(node) not in said:
        if type(node.op) in _OPERATORS and not _is_text(node):
            yield "another operator is used", node.lineno, node, _swap_operator
    elif isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "None is returned", node.lineno, node, _return_none
    else:
        yield from _statements(node, said)


def _statements(node: ast.AST, said: set[int]) -> Iterator[Place]:
    if isinstance(node, ast.Raise):
        yield "nothing is raised", node.lineno, node, _drop_raise
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
        call = node.value.value if isinstance(node.value, ast.Await) else node.value
        if not (isinstance(call, ast.Call) and _is_log(call)):
            yield "the call is left out", node.lineno, node, _drop_call
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        told = "turned round" if isinstance(node.value, bool) else "one more"
        if id(node) not in said:
            yield f"{node.value!r} is {told}", node.lineno, node, _change_number


def _is_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    texts = (ast.JoinedStr, ast.List, ast.Tuple)
    return any(
        isinstance(each, texts)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
        for each in sides
    )


def _sign(operator: ast.cmpop) -> str:
    compared = ast.Compare(
        left=ast.Name("a"), ops=[operator], comparators=[ast.Name("b")]
    )
    return ast.unparse(compared)[2:-2]


def _negate(node: Any) -> None:
    node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)


def _comparing(kind: type[ast.cmpop]) -> Change:
    def change(node: Any) -> None:
        node.ops[0] = kind()

    return change


def _swap_logic(node: Any) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _swap_operator(node: Any) -> None:
    node.op = _OPERATORS[type(node.op)]()


def _return_none(node: Any) -> None:
    node.value = ast.Constant(value=None)


def _drop_raise(node: Any) -> None:
    """Turn the statement into one that does nothing, where it stands."""
    node.__class__ = ast.Pass
    node._fields = ()


def _drop_call(node: Any) -> None:
    node.value = ast.Constant(value=None)


def _change_number(node: Any) -> None:
    old = node.value
    node.value = (not old) if isinstance(old, bool) else old + 1


def _change_words(node: Any) -> None:
    node.value = f"{node.value}~"
