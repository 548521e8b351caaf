"""Statements of `ast` as nodes, functions and classes as records."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final

from prodwright.analysis import ir
from prodwright.analysis.ir import Body, Node
from prodwright.analysis.lowering._annotations import annotation
from prodwright.analysis.lowering._expressions import (
    EXPRESSIONS,
    escape,
    lower_expression,
    lower_optional,
)
from prodwright.analysis.lowering._operators import BINARY
from prodwright.analysis.lowering._patterns import lower_pattern
from prodwright.analysis.lowering._state import State


def lower_body(state: State, statements: list[ast.stmt]) -> Body:
    """Return `statements` in the compact form."""
    return tuple([STATEMENTS[each.__class__](state, each) for each in statements])


def _at(node: ast.stmt | ast.excepthandler) -> int:
    return ir.at(node.lineno, node.col_offset)


def _assign(state: State, node: ast.Assign) -> Node:
    value = EXPRESSIONS[node.value.__class__](state, node.value)
    targets = tuple([EXPRESSIONS[each.__class__](state, each) for each in node.targets])
    position = _at(node)
    for target in targets:
        _note_assigned(state, target, value, position)
    return (ir.ASSIGN, targets, value, position)


def _note_assigned(state: State, target: Node, value: Node, position: int) -> None:
    if target[0] != ir.NAME:
        escape(state, value)
        return
    made = value[1] if value[0] == ir.AWAIT else value
    if made[0] == ir.CALL:
        state.notes.assigned.append((target[1], ir.dotted(made[1]), position))
    elif value[0] == ir.SEQUENCE:
        escape(state, value)


def _annotated(state: State, node: ast.AnnAssign) -> Node:
    value = lower_optional(state, node.value)
    target = lower_expression(state, node.target)
    position = _at(node)
    if value is not None:
        _note_assigned(state, target, value, position)
    return (ir.ANNOTATED, target, annotation(node.annotation), value, position)


def _augment(state: State, node: ast.AugAssign) -> Node:
    target = lower_expression(state, node.target)
    value = lower_expression(state, node.value)
    return (ir.AUGMENT, target, BINARY[node.op.__class__], value, _at(node))


def _evaluate(state: State, node: ast.Expr) -> Node:
    if node.value.__class__ is ast.Constant:
        return (ir.PASS, _at(node))
    return (ir.EVALUATE, lower_expression(state, node.value), _at(node))


def _return(state: State, node: ast.Return) -> Node:
    value = lower_optional(state, node.value)
    escape(state, value)
    made = value[1] if value is not None and value[0] == ir.AWAIT else value
    if made is not None and made[0] == ir.NAME:
        state.notes.returned[made[1]] = None
    elif made is not None and made[0] == ir.CALL:
        state.notes.returned_calls[ir.dotted(made[1])] = None
    return (ir.RETURN, value, _at(node))


def _if(state: State, node: ast.If) -> Node:
    """Lower a chain of `elif` without a frame for each of its links."""
    links: list[tuple[Node, Body, int]] = []
    otherwise: Body = ()
    while True:
        test = lower_expression(state, node.test)
        links.append((test, lower_body(state, node.body), _at(node)))
        match node.orelse:
            case [ast.If() as following]:
                node = following
            case others:
                otherwise = lower_body(state, others)
                break
    for test, body, position in reversed(links):
        lowered: Node = (ir.IF, test, body, otherwise, position)
        otherwise = (lowered,)
    return lowered


def _for(state: State, node: ast.For | ast.AsyncFor) -> Node:
    iterable = lower_expression(state, node.iter)
    target = lower_expression(state, node.target)
    body = lower_body(state, node.body)
    return (ir.FOR, target, iterable, body, lower_body(state, node.orelse), _at(node))


def _while(state: State, node: ast.While) -> Node:
    test = lower_expression(state, node.test)
    body = lower_body(state, node.body)
    return (ir.WHILE, test, body, lower_body(state, node.orelse), _at(node))


def _try(state: State, node: ast.Try) -> Node:
    types = [_caught_types(state, each) for each in node.handlers]
    outside = state.notes.caught
    state.notes.caught = (
        *outside,
        *(name for each in types for name in each or ("BaseException",)),
    )
    body = lower_body(state, node.body)
    state.notes.caught = outside
    handlers = tuple(
        (kinds, each.name, lower_body(state, each.body), _at(each))
        for kinds, each in zip(types, node.handlers, strict=True)
    )
    otherwise = lower_body(state, node.orelse)
    final = lower_body(state, node.finalbody)
    return (ir.TRY, body, handlers, otherwise, final, _at(node))


def _caught_types(state: State, handler: ast.ExceptHandler) -> tuple[str, ...]:
    caught = lower_optional(state, handler.type)
    if caught is None:
        return ()
    items = caught[2] if caught[0] == ir.SEQUENCE else (caught,)
    return tuple(ir.dotted(each) for each in items)


def _with(state: State, node: ast.With | ast.AsyncWith) -> Node:
    items: list[Node] = []
    for each in node.items:
        context = lower_expression(state, each.context_expr)
        if context[0] == ir.NAME:
            state.notes.closed[context[1]] = None
        items.append((context, lower_optional(state, each.optional_vars)))
    return (ir.WITH, tuple(items), lower_body(state, node.body), _at(node))


def _raise(state: State, node: ast.Raise) -> Node:
    raised = lower_optional(state, node.exc)
    if raised is not None:
        notes = state.notes
        name = ir.dotted(raised[1] if raised[0] == ir.CALL else raised)
        notes.raises.append((name, _at(node), notes.caught))
    return (ir.RAISE, raised, lower_optional(state, node.cause), _at(node))


def _pass(_state: State, node: ast.stmt) -> Node:
    return (ir.PASS, _at(node))


def _break(_state: State, node: ast.Break) -> Node:
    return (ir.BREAK, _at(node))


def _continue(_state: State, node: ast.Continue) -> Node:
    return (ir.CONTINUE, _at(node))


def _outer(_state: State, node: ast.Global | ast.Nonlocal) -> Node:
    return (ir.OUTER, tuple(node.names), _at(node))


def _import(state: State, node: ast.Import) -> Node:
    bindings = tuple(
        (each.asname, each.name)
        if each.asname
        else (each.name.partition(".")[0], each.name.partition(".")[0])
        for each in node.names
    )
    return _imported(state, bindings, node)


def _import_from(state: State, node: ast.ImportFrom) -> Node:
    module = state.absolute(node.module or "", node.level)
    bindings = tuple(
        ("*", module)
        if each.name == "*"
        else (each.asname or each.name, f"{module}.{each.name}".lstrip("."))
        for each in node.names
    )
    return _imported(state, bindings, node)


def _imported(
    state: State, bindings: tuple[tuple[str, str], ...], node: ast.stmt
) -> Node:
    for _, dotted in bindings:
        state.packages[dotted.partition(".")[0]] = None
    if not state.qualified:
        state.imports.extend(bindings)
    return (ir.IMPORT, bindings, _at(node))


def _match(state: State, node: ast.Match) -> Node:
    subject = lower_expression(state, node.subject)
    cases = tuple(
        (
            lower_pattern(state, each.pattern),
            lower_optional(state, each.guard),
            lower_body(state, each.body),
        )
        for each in node.cases
    )
    return (ir.MATCH, subject, cases, _at(node))


def _delete(state: State, node: ast.Delete) -> Node:
    targets = tuple(lower_expression(state, each) for each in node.targets)
    return (ir.DELETE, targets, _at(node))


def _assert(state: State, node: ast.Assert) -> Node:
    test = lower_expression(state, node.test)
    return (ir.ASSERT, test, lower_optional(state, node.msg), _at(node))


STATEMENTS: Final[dict[type[ast.AST], Callable[[State, Any], Node]]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augment,
    ast.Expr: _evaluate,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Raise: _raise,
    ast.Pass: _pass,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Global: _outer,
    ast.Nonlocal: _outer,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Match: _match,
    ast.Delete: _delete,
    ast.Assert: _assert,
}
_TYPE_ALIAS = getattr(ast, "TypeAlias", None)  # new in Python 3.12
if _TYPE_ALIAS is not None:
    STATEMENTS[_TYPE_ALIAS] = _pass
