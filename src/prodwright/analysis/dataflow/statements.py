"""Statements: what holds after each; None when nothing comes after it."""

from __future__ import annotations

from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import BITS, EVERYTHING, everywhere
from prodwright.analysis.dataflow.frame import TABLE, Frame
from prodwright.analysis.dataflow.guards import cleanse, guards
from prodwright.analysis.dataflow.names import assign, forget_item
from prodwright.analysis.dataflow.texts import combined
from prodwright.analysis.dataflow.values import (
    CLEAN,
    DARK,
    UNKNOWN,
    Environment,
    Value,
    cleared,
    joined_environments,
    shaped,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import CLASS, EXTERNAL, FUNCTION, VARIABLE, Reference

_SECRET_EXCEPTION: Final = BITS["secret-exception"]


def _assign(frame: Frame, node: Node, environment: Environment) -> Environment:
    value = TABLE[node[2][0]](frame, node[2], environment)
    for target in node[1]:
        assign(frame, target, value, environment, node[2])
    return environment


def _annotated(frame: Frame, node: Node, environment: Environment) -> Environment:
    if node[3] is not None:
        value = frame.evaluate(node[3], environment)
        assign(frame, node[1], value, environment, node[3])
    return environment


def _augment(frame: Frame, node: Node, environment: Environment) -> Environment:
    before = frame.evaluate(node[1], environment)
    value = combined(node[2], before, frame.evaluate(node[3], environment))
    assign(frame, node[1], value, environment)
    return environment


def _evaluate(frame: Frame, node: Node, environment: Environment) -> Environment:
    frame.evaluate(node[1], environment)
    if node[1][0] == ir.CALL:
        _cleanse_checked(frame, node[1], environment)
    return environment


def _cleanse_checked(frame: Frame, call: Node, environment: Environment) -> None:
    """After a call that raises for what is harmful, its argument is harmless."""
    function = call[1]
    callee = ir.dotted(function).rpartition(".")[2]
    if callee.lstrip("_").startswith(_REFUSING):
        _cleanse_arguments(frame, call, environment)
    if function[0] != ir.ATTRIBUTE:
        return
    owner = frame.evaluate(function[1], environment)
    shape = owner[2]
    path = f"{shape[1]}.{function[2]}" if shape and shape[0] == EXTERNAL else ""
    validator = (
        frame.models.validators.get(path)
        or frame.engine.by_method(function[2]).validator
    )
    if validator is None or validator.result is not None:
        return
    judged = function[1] if validator.argument < 0 else None
    if judged is None and validator.argument < len(call[2]):
        judged = call[2][validator.argument]
    if judged is not None and judged[0] == ir.NAME:
        found = [(judged[1], validator.cleared, True)]
        cleanse(frame, environment, found, holds=True)


# Whose result nobody looks at raises for what it refuses.
_REFUSING = (
    "validate",
    "ensure",
    "assert",
    "verify",
    "refuse",
    "check_path",
    "check_access",
    "reject",
)


def _cleanse_arguments(frame: Frame, call: Node, environment: Environment) -> None:
    given = [*call[2], *(each for _, each in call[3])]
    found = [(each[1], EVERYTHING, True) for each in given if each[0] == ir.NAME]
    cleanse(frame, environment, found, holds=True)


def _return(frame: Frame, node: Node, environment: Environment) -> None:
    value = CLEAN if node[1] is None else frame.evaluate(node[1], environment)
    if value[0] and frame.shows and not _hands_on(node[1]):
        shown = element_shown(value, node[1])
        for category, bit in frame.shows:
            frame.hurts(category, bit, shown, "return")
    frame.returns(value)


def _hands_on(node: Node) -> bool:
    """Tell whether a method passes its own arguments on to another."""
    return node[0] == ir.CALL and any(each[0] == ir.STARRED for each in node[2])


def element_shown(value: Value, node: Node) -> Value:
    """Return what of a handler's result is a page: of `body, status` the body."""
    shape = value[2]
    is_tuple = node[0] == ir.SEQUENCE and node[1] == "tuple" and shape is not None
    if is_tuple and shape is not None and shape[1]:
        first: Value = shape[1][0]
        return first
    if node[0] == ir.MAPPING:
        return cleared(value, everywhere(BITS["page"]))
    return value


def _if(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    test = frame.evaluate(node[1], environment)
    if test[1] is not UNKNOWN and not test[0]:
        frame.skip(node[3] if test[1] else node[2])
        return frame.run(node[2] if test[1] else node[3], environment)
    otherwise = environment.copy()
    found = guards(frame, node[1], environment)
    if found:
        cleanse(frame, environment, found, holds=True)
        cleanse(frame, otherwise, found, holds=False)
    then = frame.run(node[2], environment)
    after = frame.run(node[3], otherwise) if node[3] else otherwise
    return joined_environments(then, after)


def _try(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    failed = environment.copy()  # before, between or after any of its statements
    after: Environment | None = environment
    for statement in node[1]:
        if after is not None:
            after = frame.run((statement,), after)
            joined_environments(failed, after)
    joined_environments(failed, environment)
    if after is not None:
        after = frame.run(node[3], after)
    for types, name, body, position in node[2]:
        handled = failed.copy()
        if name is not None:
            frame.position = position
            handled[name] = _caught(frame, types, name)
        after = joined_environments(after, frame.run(body, handled))
    if not node[4]:
        return after
    if after is None:
        frame.run(node[4], failed)
        return None
    return frame.run(node[4], after)


def _caught(frame: Frame, types: tuple[str, ...], name: str) -> Value:
    bits = 0
    for each in types:
        known = frame.program.dotted_in(frame.key, each)
        path = known[1] if known is not None and known[0] == EXTERNAL else each
        bits |= frame.models.caught.get(path, 0)
    return frame.from_outside(DARK, bits, f"{name}, caught") if bits else DARK


def _with(frame: Frame, node: Node, environment: Environment) -> Environment | None:
    for context, target in node[1]:
        value = frame.evaluate(context, environment)
        if target is not None:
            assign(frame, target, value, environment, context)
    return frame.run(node[2], environment)


def _raise(frame: Frame, node: Node, environment: Environment) -> None:
    if node[1] is not None:
        frame.evaluate(node[1], environment)
        for each in node[1][2] if node[1][0] == ir.CALL else ():
            value = frame.evaluate(each, environment)
            if value[0] & everywhere(_SECRET_EXCEPTION):
                frame.hurts("secret-exception", _SECRET_EXCEPTION, value, "raise")
    if node[2] is not None:
        frame.evaluate(node[2], environment)


def _nothing(_frame: Frame, _node: Node, environment: Environment) -> Environment:
    return environment


def _import(frame: Frame, node: Node, environment: Environment) -> Environment:
    for name, dotted in node[1]:
        if name != "*":
            found = frame.program.imported(frame.key, dotted)
            environment[name] = _imported_value(frame, found)
    return environment


def _imported_value(frame: Frame, found: Reference) -> Value:
    if found[0] != VARIABLE:
        return shaped(frame.engine.renamed(found))
    value = frame.engine.global_value(found[1], found[2])
    return DARK if value is None else value


def _define(frame: Frame, node: Node, environment: Environment) -> Environment:
    environment[node[1]] = shaped((FUNCTION, frame.key, node[2]))
    return environment


def _class(frame: Frame, node: Node, environment: Environment) -> Environment:
    name = frame.linked.module.classes[node[2]].name
    environment[node[1]] = shaped((CLASS, frame.key, name))
    return environment


def _delete(frame: Frame, node: Node, environment: Environment) -> Environment:
    for target in node[1]:
        forget_item(frame, target, environment)
    return environment


def _assert(frame: Frame, node: Node, environment: Environment) -> Environment:
    frame.evaluate(node[1], environment)
    cleanse(frame, environment, guards(frame, node[1], environment), holds=True)
    return environment


TABLE[ir.ASSIGN] = _assign
TABLE[ir.ANNOTATED] = _annotated
TABLE[ir.AUGMENT] = _augment
TABLE[ir.EVALUATE] = _evaluate
TABLE[ir.RETURN] = _return
TABLE[ir.IF] = _if
TABLE[ir.TRY] = _try
TABLE[ir.WITH] = _with
TABLE[ir.RAISE] = _raise
TABLE[ir.PASS] = _nothing
TABLE[ir.IMPORT] = _import
TABLE[ir.DEFINE] = _define
TABLE[ir.CLASS] = _class
TABLE[ir.DELETE] = _delete
TABLE[ir.ASSERT] = _assert
TABLE[ir.OUTER] = _nothing
