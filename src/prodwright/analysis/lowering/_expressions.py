"""Expressions of `ast` as nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from prodwright.analysis import ir
from prodwright.analysis.ir import Node
from prodwright.analysis.lowering._annotations import annotation
from prodwright.analysis.lowering._operators import BINARY, COMPARISONS, UNARY
from prodwright.analysis.lowering._state import State

_CONVERSIONS: Final = {-1: "", ord("r"): "r", ord("s"): "s", ord("a"): "a"}
_NOTHING: Final = (ir.CONSTANT, None)


def lower_expression(state: State, node: ast.expr) -> Node:
    """Return `node` in the compact form."""
    return EXPRESSIONS[node.__class__](state, node)


def lower_optional(state: State, node: ast.expr | None) -> Node | None:
    """Return `node` in the compact form; None for None."""
    return None if node is None else EXPRESSIONS[node.__class__](state, node)


def lower_parameters(state: State, arguments: ast.arguments) -> tuple[Node, ...]:
    """Return the parameters, with their annotations and defaults."""
    plain = [*arguments.posonlyargs, *arguments.args]
    without = len(plain) - len(arguments.defaults)
    defaults = [None] * without + [*arguments.defaults]
    bounds = len(arguments.posonlyargs)
    lowered = [
        _parameter(state, each, default, ir.POSITIONAL_ONLY if at < bounds else 1)
        for at, (each, default) in enumerate(zip(plain, defaults, strict=True))
    ]
    if arguments.vararg is not None:
        lowered.append(_parameter(state, arguments.vararg, None, ir.REST))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        lowered.append(_parameter(state, each, default, ir.KEYWORD_ONLY))
    if arguments.kwarg is not None:
        lowered.append(_parameter(state, arguments.kwarg, None, ir.KEYWORDS))
    return tuple(lowered)


def _parameter(
    state: State, parameter: ast.arg, default: ast.expr | None, sort: int
) -> Node:
    kind = None if parameter.annotation is None else annotation(parameter.annotation)
    return (parameter.arg, sort, kind, lower_optional(state, default))


def escape(state: State, value: Node | None) -> None:
    """Note that a variable is handed on, alone or in a display."""
    if value is None:
        return
    if value[0] == ir.NAME:
        state.notes.escaped[value[1]] = None
    elif value[0] == ir.SEQUENCE:
        for item in value[2]:
            escape(state, item)


def _constant(_state: State, node: ast.Constant) -> Node:
    return (ir.CONSTANT, node.value)


def _name(state: State, node: ast.Name) -> Node:
    return state.name(node.id)


def _attribute(state: State, node: ast.Attribute) -> Node:
    state.notes.attributes[node.attr] = None
    owner = node.value
    return (ir.ATTRIBUTE, EXPRESSIONS[owner.__class__](state, owner), node.attr)


def _call(state: State, node: ast.Call) -> Node:
    called = node.func
    function = EXPRESSIONS[called.__class__](state, called)
    arguments = tuple([EXPRESSIONS[e.__class__](state, e) for e in node.args])
    keywords = tuple([(e.arg, lower_expression(state, e.value)) for e in node.keywords])
    position = ir.at(node.lineno, node.col_offset)
    _note_call(state, function, arguments, keywords, position)
    return (ir.CALL, function, arguments, keywords, position)


def _note_call(
    state: State,
    function: Node,
    arguments: tuple[Node, ...],
    keywords: tuple[Node, ...],
    position: int,
) -> None:
    notes = state.notes
    notes.calls.append((ir.dotted(function), position, notes.caught))
    for each in arguments:
        if each[0] in (ir.NAME, ir.SEQUENCE):
            escape(state, each)
    for _, value in keywords:
        if value[0] in (ir.NAME, ir.SEQUENCE):
            escape(state, value)
    if function[0] == ir.ATTRIBUTE and function[2] in ("close", "aclose"):
        owner = function[1]
        if owner[0] == ir.NAME:
            notes.closed[owner[1]] = None


def _binary(state: State, node: ast.BinOp) -> Node:
    left, right = node.left, node.right
    return (
        ir.BINARY,
        BINARY[node.op.__class__],
        EXPRESSIONS[left.__class__](state, left),
        EXPRESSIONS[right.__class__](state, right),
    )


def _formatted(state: State, node: ast.JoinedStr) -> Node:
    parts = [EXPRESSIONS[each.__class__](state, each) for each in node.values]
    return (ir.FORMATTED, tuple(parts))


def _field(state: State, node: ast.FormattedValue) -> Node:
    value = EXPRESSIONS[node.value.__class__](state, node.value)
    if node.conversion == -1 and node.format_spec is None:
        return value
    spec = lower_optional(state, node.format_spec)
    return (ir.FIELD, value, _CONVERSIONS.get(node.conversion, ""), spec)


def _subscript(state: State, node: ast.Subscript) -> Node:
    owner = EXPRESSIONS[node.value.__class__](state, node.value)
    return (ir.SUBSCRIPT, owner, EXPRESSIONS[node.slice.__class__](state, node.slice))


def _slice(state: State, node: ast.Slice) -> Node:
    lower, upper = lower_optional(state, node.lower), lower_optional(state, node.upper)
    return (ir.SLICE, lower, upper, lower_optional(state, node.step))


def _list(state: State, node: ast.List) -> Node:
    return (ir.SEQUENCE, "list", _all(state, node.elts))


def _tuple(state: State, node: ast.Tuple) -> Node:
    return (ir.SEQUENCE, "tuple", _all(state, node.elts))


def _set(state: State, node: ast.Set) -> Node:
    return (ir.SEQUENCE, "set", _all(state, node.elts))


def _all(state: State, nodes: list[ast.expr]) -> tuple[Node, ...]:
    return tuple([EXPRESSIONS[each.__class__](state, each) for each in nodes])


def _mapping(state: State, node: ast.Dict) -> Node:
    keys = tuple([lower_optional(state, each) for each in node.keys])
    return (ir.MAPPING, keys, _all(state, node.values))


def _compare(state: State, node: ast.Compare) -> Node:
    left = EXPRESSIONS[node.left.__class__](state, node.left)
    single: list[Node] = []
    for operator, compared in zip(node.ops, node.comparators, strict=True):
        right = EXPRESSIONS[compared.__class__](state, compared)
        single.append((ir.COMPARE, COMPARISONS[operator.__class__], left, right))
        left = right
    return single[0] if len(single) == 1 else (ir.LOGIC, "and", tuple(single))


def _logic(state: State, node: ast.BoolOp) -> Node:
    operator = "and" if node.op.__class__ is ast.And else "or"
    return (ir.LOGIC, operator, _all(state, node.values))


def _unary(state: State, node: ast.UnaryOp) -> Node:
    operand = EXPRESSIONS[node.operand.__class__](state, node.operand)
    return (ir.UNARY, UNARY[node.op.__class__], operand)


def _conditional(state: State, node: ast.IfExp) -> Node:
    return (
        ir.CONDITIONAL,
        EXPRESSIONS[node.test.__class__](state, node.test),
        EXPRESSIONS[node.body.__class__](state, node.body),
        EXPRESSIONS[node.orelse.__class__](state, node.orelse),
    )


_Simple = ast.ListComp | ast.SetComp | ast.GeneratorExp
_SORTS: Final = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
}


def _comprehension(state: State, node: _Simple) -> Node:
    loops = _loops(state, node.generators)
    element = EXPRESSIONS[node.elt.__class__](state, node.elt)
    return (ir.COMPREHENSION, _SORTS[node.__class__], (element,), loops)


def _mapping_comprehension(state: State, node: ast.DictComp) -> Node:
    loops = _loops(state, node.generators)
    if node.value is None:  # `{**each for ...}`, new in Python 3.15
        elements = (_NOTHING, EXPRESSIONS[node.key.__class__](state, node.key))
    else:
        elements = (
            EXPRESSIONS[node.key.__class__](state, node.key),
            EXPRESSIONS[node.value.__class__](state, node.value),
        )
    return (ir.COMPREHENSION, "dict", elements, loops)


def _loops(state: State, loops: list[ast.comprehension]) -> tuple[Node, ...]:
    return tuple(
        [
            (
                EXPRESSIONS[each.target.__class__](state, each.target),
                EXPRESSIONS[each.iter.__class__](state, each.iter),
                _all(state, each.ifs),
            )
            for each in loops
        ]
    )


def _await(state: State, node: ast.Await) -> Node:
    return (ir.AWAIT, EXPRESSIONS[node.value.__class__](state, node.value))


def _starred(state: State, node: ast.Starred) -> Node:
    return (ir.STARRED, EXPRESSIONS[node.value.__class__](state, node.value))


def _yield(state: State, node: ast.Yield) -> Node:
    state.notes.is_generator = True
    value = lower_optional(state, node.value)
    escape(state, value)
    return (ir.YIELD, value, False)


def _yield_from(state: State, node: ast.YieldFrom) -> Node:
    state.notes.is_generator = True
    return (ir.YIELD, EXPRESSIONS[node.value.__class__](state, node.value), True)


def _lambda(state: State, node: ast.Lambda) -> Node:
    parameters = lower_parameters(state, node.args)
    return (ir.LAMBDA, parameters, EXPRESSIONS[node.body.__class__](state, node.body))


def _walrus(state: State, node: ast.NamedExpr) -> Node:
    value = EXPRESSIONS[node.value.__class__](state, node.value)
    return (ir.WALRUS, node.target.id, value)


EXPRESSIONS: Final[dict[type[ast.AST], Callable[[State, Any], Node]]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.JoinedStr: _formatted,
    ast.FormattedValue: _field,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _mapping,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.UnaryOp: _unary,
    ast.IfExp: _conditional,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _mapping_comprehension,
    ast.Await: _await,
    ast.Starred: _starred,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
}
# Template strings came with Python 3.14; they are read as f-strings are.
for _name_of_kind, _handler in (("TemplateStr", _formatted), ("Interpolation", _field)):
    _kind = getattr(ast, _name_of_kind, None)
    if _kind is not None:
        EXPRESSIONS[_kind] = _handler
