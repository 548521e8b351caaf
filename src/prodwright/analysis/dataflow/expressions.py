"""Expressions other than calls: names, attributes, operators, displays."""

from __future__ import annotations

import builtins
from typing import Any, Final

from prodwright.analysis import ir
from prodwright.analysis.categories import OBSCURE
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.containers import element, looked_up
from prodwright.analysis.dataflow.frame import TABLE, Frame
from prodwright.analysis.dataflow.guards import cleanse, guards
from prodwright.analysis.dataflow.members import attribute
from prodwright.analysis.dataflow.names import assign
from prodwright.analysis.dataflow.values import (
    CLEAN,
    DARK,
    ENTRIES,
    ITEMS,
    UNKNOWN,
    Environment,
    Value,
    constant,
    entries,
    items,
    joined,
    mixed,
    plain,
    shaped,
    with_shape,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import EXTERNAL

_BUILTINS: Final = frozenset(dir(builtins))


def _constant(_frame: Frame, node: Node, _environment: Environment) -> Value:
    return (0, node[1], None, None)


def _name(frame: Frame, node: Node, environment: Environment) -> Value:
    name = node[1]
    value = environment.get(name)
    if value is not None:
        return value
    known = frame.engine.global_value(frame.key, name)
    if known is not None:
        return known
    nested = frame.program.nested(frame.key, frame.function.name, name)
    if nested is not None:
        return shaped(nested)
    return shaped((EXTERNAL, name)) if name in _BUILTINS else DARK


def _attribute(frame: Frame, node: Node, environment: Environment) -> Value:
    if node[2] in frame.stored:
        known = environment.get(ir.dotted(node))
        if known is not None:
            return known
    owner = node[1]
    # Not through `evaluate`: attributes are the commonest nodes.
    value: Value = TABLE[owner[0]](frame, owner, environment)
    return attribute(frame, value, node[2])


def _subscript(frame: Frame, node: Node, environment: Environment) -> Value:
    owner = frame.evaluate(node[1], environment)
    if node[2][0] == ir.SLICE:
        return _sliced(frame, owner, node[2], environment)
    return looked_up(frame, owner, frame.evaluate(node[2], environment))


def _sliced(frame: Frame, owner: Value, node: Node, environment: Environment) -> Value:
    bounds: list[Any] = []
    for each in node[1:]:
        bound = CLEAN if each is None else frame.evaluate(each, environment)
        bounds.append(None if each is None else bound[1])
    if any(each is not None and not isinstance(each, int) for each in bounds):
        return plain(owner[0], owner[3])
    if owner[1] is not UNKNOWN:
        return (owner[0], folding.item(owner[1], slice(*bounds)), None, owner[3])
    shape = owner[2]
    if shape is not None and shape[0] == ITEMS and bounds[2] != 0:
        return items(list(shape[1][slice(*bounds)]))
    return plain(owner[0], owner[3])


def _slice(frame: Frame, node: Node, environment: Environment) -> Value:
    for each in node[1:]:
        if each is not None:
            frame.evaluate(each, environment)
    return CLEAN


def _sequence(frame: Frame, node: Node, environment: Environment) -> Value:
    values = [frame.evaluate(each, environment) for each in node[2]]
    if any(each[0] == ir.STARRED for each in node[2]):
        return mixed(values)
    return items(values)


def _mapping(frame: Frame, node: Node, environment: Environment) -> Value:
    known: dict[Any, Value] = {}
    every: list[Value] = []
    certain = True
    for key, item in zip(node[1], node[2], strict=True):
        value = frame.evaluate(item, environment)
        every.append(value)
        if key is None:
            shape = value[2]
            if shape is not None and shape[0] == ENTRIES:
                known.update(shape[1])
            else:
                certain = False
            continue
        named = frame.evaluate(key, environment)
        every.append(named)
        if isinstance(named[1], str | int | bytes | None):
            known[named[1]] = value
        else:
            certain = False
    return entries(known) if certain else mixed(every)


def _compare(frame: Frame, node: Node, environment: Environment) -> Value:
    left = frame.evaluate(node[2], environment)
    right = frame.evaluate(node[3], environment)
    if left[1] is UNKNOWN or left[0] or right[0]:
        return CLEAN
    if right[1] is not UNKNOWN:
        return constant(folding.compared(node[1], left[1], right[1]))
    shape = right[2]
    if node[1] in ("in", "not in") and shape is not None and shape[0] == ITEMS:
        known = [each[1] for each in shape[1]]
        if all(each is not UNKNOWN for each in known):
            return constant(folding.compared(node[1], left[1], known))
    return CLEAN


def _logic(frame: Frame, node: Node, environment: Environment) -> Value:
    """Follow `and` or `or` up to the operand that decides it."""
    decisive = node[1] == "or"
    values: list[Value] = []
    own = environment
    for each in node[2]:
        value = frame.evaluate(each, environment)
        if each[0] in _TESTS and each is not node[2][-1]:
            environment = _after_test(frame, each, environment, holds=not decisive)
        known = value[1] is not UNKNOWN and not value[0]
        if known and bool(value[1]) is decisive:
            values.append(value)
            if isinstance(value[1], bool) and not any(
                each[0] & ~OBSCURE for each in values
            ):
                return value  # as good as certain, where only its truth is asked
            break
        if not known or each is node[2][-1]:
            values.append(value)
    for name in environment.keys() - own.keys():
        own[name] = environment[name]
    result = values[0]
    for value in values[1:]:
        result = joined(result, value)
    return result


_TESTS = (ir.COMPARE, ir.CALL, ir.UNARY)


def _after_test(
    frame: Frame, test: Node, environment: Environment, *, holds: bool
) -> Environment:
    """Return what is known where the next operand is looked at."""
    found = guards(frame, test, environment)
    if not found:
        return environment
    after = environment.copy()
    cleanse(frame, after, found, holds=holds)
    return after


def _unary(frame: Frame, node: Node, environment: Environment) -> Value:
    value = frame.evaluate(node[2], environment)
    if value[1] is UNKNOWN or value[0]:
        return CLEAN if node[1] == "not" else plain(value[0], value[3])
    return constant(folding.negated(node[1], value[1]))


def _conditional(frame: Frame, node: Node, environment: Environment) -> Value:
    test = frame.evaluate(node[1], environment)
    if test[1] is not UNKNOWN and not test[0]:
        return frame.evaluate(node[2] if test[1] else node[3], environment)
    found = guards(frame, node[1], environment)
    if not found:
        then = frame.evaluate(node[2], environment)
        return joined(then, frame.evaluate(node[3], environment))
    holds, fails = environment.copy(), environment.copy()
    cleanse(frame, holds, found, holds=True)
    cleanse(frame, fails, found, holds=False)
    return joined(frame.evaluate(node[2], holds), frame.evaluate(node[3], fails))


def _comprehension(frame: Frame, node: Node, environment: Environment) -> Value:
    inside = environment.copy()
    for target, iterable, conditions in node[3]:
        value = element(frame.evaluate(iterable, inside))
        assign(frame, target, value, inside)
        for each in conditions:
            frame.evaluate(each, inside)
            cleanse(frame, inside, guards(frame, each, inside), holds=True)
    return mixed([frame.evaluate(each, inside) for each in node[2]])


def _wrapped(frame: Frame, node: Node, environment: Environment) -> Value:
    return frame.evaluate(node[1], environment)


def _starred(frame: Frame, node: Node, environment: Environment) -> Value:
    value = frame.evaluate(node[1], environment)
    return plain(value[0], value[3])


def _yield(frame: Frame, node: Node, environment: Environment) -> Value:
    if node[1] is not None:
        value = frame.evaluate(node[1], environment)
        frame.returns(plain(value[0], value[3]))
    return DARK


def _lambda(frame: Frame, node: Node, environment: Environment) -> Value:
    inside = environment.copy()
    for parameter in node[1]:
        inside[parameter[0]] = DARK
    value = frame.evaluate(node[2], inside)
    return plain(value[0], value[3])


def _walrus(frame: Frame, node: Node, environment: Environment) -> Value:
    value = frame.evaluate(node[2], environment)
    assign(frame, (ir.NAME, node[1]), value, environment, node[2])
    return with_shape(value, value[2]) if value[1] is UNKNOWN else value


TABLE[ir.CONSTANT] = _constant
TABLE[ir.NAME] = _name
TABLE[ir.ATTRIBUTE] = _attribute
TABLE[ir.SUBSCRIPT] = _subscript
TABLE[ir.SLICE] = _slice
TABLE[ir.SEQUENCE] = _sequence
TABLE[ir.MAPPING] = _mapping
TABLE[ir.COMPARE] = _compare
TABLE[ir.LOGIC] = _logic
TABLE[ir.UNARY] = _unary
TABLE[ir.CONDITIONAL] = _conditional
TABLE[ir.COMPREHENSION] = _comprehension
TABLE[ir.AWAIT] = _wrapped
TABLE[ir.STARRED] = _starred
TABLE[ir.YIELD] = _yield
TABLE[ir.LAMBDA] = _lambda
TABLE[ir.WALRUS] = _walrus
