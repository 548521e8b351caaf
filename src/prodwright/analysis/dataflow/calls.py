"""Calls: what is called, with what, and who answers for the result."""

from __future__ import annotations

from prodwright.analysis import ir
from prodwright.analysis.categories import CARRIED, OBSCURE, everywhere
from prodwright.analysis.dataflow.frame import TABLE, Frame
from prodwright.analysis.dataflow.given import Given
from prodwright.analysis.dataflow.inside import call_inside, construct
from prodwright.analysis.dataflow.members import attribute
from prodwright.analysis.dataflow.methods import call_method
from prodwright.analysis.dataflow.outside import call_outside
from prodwright.analysis.dataflow.values import (
    BOUND,
    Environment,
    Value,
    mixed,
    plain,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import CLASS, EXTERNAL, FUNCTION

_CARRIED = everywhere(CARRIED)


def _call(frame: Frame, node: Node, environment: Environment) -> Value:
    frame.spend()
    function = node[1]
    if function[0] == ir.ATTRIBUTE:
        owner: Value | None = frame.evaluate(function[1], environment)
        assert owner is not None
        callee = _callee(frame, function, owner, environment)
        if _is_module(owner):
            owner = None
    else:
        owner = None
        callee = frame.evaluate(function, environment)
    # Not through `evaluate`, which costs as much again for most arguments.
    arguments = [TABLE[each[0]](frame, each, environment) for each in node[2]]
    keywords = (
        {name: frame.evaluate(each, environment) for name, each in node[3]}
        if node[3]
        else {}
    )
    method = "" if owner is None else function[2]
    before, frame.position = frame.position, node[4]
    given = Given(node, callee, owner, method, arguments, keywords, environment)
    value = _answer(frame, given)
    frame.position = before
    return value


def _is_module(owner: Value) -> bool:
    """Whether `owner` is a module of another package, no object.

    Names of classes begin with a capital letter; what is reached through one is taken
    for an object.
    """
    shape = owner[2]
    if owner[0] & ~OBSCURE or shape is None or shape[0] != EXTERNAL:
        return False
    path: str = shape[1]
    if "(" in path or "[" in path:
        return False
    return not any(part[:1].isupper() for part in path.split("."))


def _callee(
    frame: Frame, function: Node, owner: Value, environment: Environment
) -> Value:
    if function[2] in frame.stored:
        known = environment.get(ir.dotted(function))
        if known is not None:
            return known
    return attribute(frame, owner, function[2])


def _answer(frame: Frame, given: Given) -> Value:
    shape = given.callee[2]
    if shape is not None:
        kind = shape[0]
        if kind == EXTERNAL:
            return call_outside(frame, given, shape[1])
        if kind == FUNCTION:
            return call_inside(frame, shape, given.arguments, given.keywords)
        if kind == BOUND:
            arguments = [shape[2], *given.arguments]
            return call_inside(frame, shape[1], arguments, given.keywords)
        if kind == CLASS:
            return construct(frame, shape, given.arguments, given.keywords)
    if given.owner is not None:
        return call_method(frame, given)
    whole = mixed([given.callee, *given.arguments, *given.keywords.values()])
    return plain(whole[0] & _CARRIED | OBSCURE, whole[3])


TABLE[ir.CALL] = _call
