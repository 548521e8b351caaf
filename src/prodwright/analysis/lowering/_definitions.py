"""Functions, classes and the module itself as records."""

from __future__ import annotations

import ast

from prodwright.analysis import ir
from prodwright.analysis.ir import Body, Class, Function, Node
from prodwright.analysis.lowering._annotations import annotation
from prodwright.analysis.lowering._expressions import (
    lower_expression,
    lower_parameters,
)
from prodwright.analysis.lowering._state import Notes, State
from prodwright.analysis.lowering._statements import STATEMENTS, lower_body

Definition = ast.FunctionDef | ast.AsyncFunctionDef


def lower_function(state: State, node: Definition) -> Node:
    """Return the statement that defines `node`; its record joins the module's."""
    decorators = tuple(lower_expression(state, each) for each in node.decorator_list)
    parameters = lower_parameters(state, node.args)
    index = len(state.functions)
    state.functions.append(None)
    around = state.notes, state.qualified, state.owner
    state.notes, state.qualified, state.owner = Notes(), state.inside(node.name), ""
    body = lower_body(state, node.body)
    state.functions[index] = Function(
        name=state.qualified,
        position=ir.at(node.lineno, node.col_offset),
        parameters=parameters,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        is_generator=state.notes.is_generator,
        decorators=decorators,
        result=None if node.returns is None else annotation(node.returns),
        body=body,
        owner=around[2],
        facts=state.notes.facts(),
    )
    state.notes, state.qualified, state.owner = around
    return (ir.DEFINE, node.name, index, ir.at(node.lineno, node.col_offset))


def lower_class(state: State, node: ast.ClassDef) -> Node:
    """Return the statement that defines `node`; its record joins the module's."""
    decorators = tuple(lower_expression(state, each) for each in node.decorator_list)
    bases = [ir.dotted(lower_expression(state, each)) for each in node.bases]
    for each in node.keywords:
        lower_expression(state, each.value)  # for the calls in it
    index = len(state.classes)
    state.classes.append(None)
    around = state.qualified, state.owner
    state.qualified = state.owner = state.inside(node.name)
    body = lower_body(state, node.body)
    state.classes[index] = Class(
        name=state.qualified,
        position=ir.at(node.lineno, node.col_offset),
        bases=tuple(each for each in bases if each),
        decorators=decorators,
        methods=tuple(_methods(body)),
        fields=tuple(_fields(body)),
        body=body,
    )
    state.qualified, state.owner = around
    return (ir.CLASS, node.name, index, ir.at(node.lineno, node.col_offset))


def _methods(body: Body) -> list[tuple[str, int]]:
    """Return the methods, those behind a condition included; the last one counts."""
    found: dict[str, int] = {}
    for statement in body:
        if statement[0] == ir.DEFINE:
            found[statement[1]] = statement[2]
        elif statement[0] == ir.IF:
            found.update(_methods(statement[2] + statement[3]))
        elif statement[0] == ir.TRY:
            found.update(_methods(statement[1]))
    return list(found.items())


def _fields(body: Body) -> list[tuple[str, Node]]:
    return [
        (statement[1][1], statement[2])
        for statement in body
        if statement[0] == ir.ANNOTATED and statement[1][0] == ir.NAME
    ]


def lower_module(state: State, tree: ast.Module) -> Function:
    """Return the record of the module's own body; its functions join the state's."""
    state.functions.append(None)
    body = lower_body(state, tree.body)
    return Function(
        name=ir.MODULE_BODY,
        position=ir.at(1, 0),
        parameters=(),
        is_async=False,
        is_generator=False,
        decorators=(),
        result=None,
        body=body,
        owner="",
        facts=state.notes.facts(),
    )


# Definitions hold statements, and statements definitions: the table closes the circle.
STATEMENTS[ast.FunctionDef] = lower_function
STATEMENTS[ast.AsyncFunctionDef] = lower_function
STATEMENTS[ast.ClassDef] = lower_class
