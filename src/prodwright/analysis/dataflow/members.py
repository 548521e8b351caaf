"""Attributes: of objects of the program, of its classes, and of other packages."""

from __future__ import annotations

from prodwright.analysis.categories import OBSCURE
from prodwright.analysis.dataflow.frame import HARMLESS, Frame
from prodwright.analysis.dataflow.inside import call_inside
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.values import (
    BOUND,
    CLEAN,
    DARK,
    INSTANCE,
    UNKNOWN,
    Shape,
    Value,
    obscured,
    part_of,
    plain,
    shaped,
    with_shape,
)
from prodwright.analysis.ir import ATTRIBUTE, CALL, NAME, Function
from prodwright.analysis.linking import CLASS, EXTERNAL, FUNCTION, VARIABLE, Reference

_OF_ERRORS = frozenset(
    {"args", "message", "msg", "strerror", "reason", "stderr", "orig"}
)


def attribute(frame: Frame, owner: Value, name: str) -> Value:
    """Return what is known of `owner.name`."""
    shape = owner[2]
    if shape is None:
        part = owner if name in _OF_ERRORS else part_of(owner)
        return marked_if_secret(frame, plain(part[0], part[3]), name)
    kind = shape[0]
    if kind == EXTERNAL:
        return marked_if_secret(frame, _outside(frame, owner, shape[1], name), name)
    if kind == INSTANCE:
        return _of_instance(frame, owner, shape, name)
    if kind == CLASS:
        return _of_class(frame, shape, name)
    return plain(owner[0], owner[3])


def _outside(frame: Frame, owner: Value, path: str, name: str) -> Value:
    bits, found = frame.engine.attribute(path, name)
    if found is not None and found[0] == VARIABLE:
        known = frame.engine.global_value(found[1], found[2])
        return known if known is not None else obscured(owner)
    value = (owner[0] | OBSCURE, UNKNOWN, found, owner[3])
    if not bits:
        return value
    value = (owner[0], UNKNOWN, found, owner[3])
    if frame.route is not None and f"{path}.{name}" in frame.models.route_paths:
        return (0, frame.route, None, None)
    return frame.from_outside(value, bits, f"{path}.{name}")


def _of_instance(frame: Frame, owner: Value, shape: Shape, name: str) -> Value:
    known: Value | None = shape[3].get(name)
    if known is not None:
        return marked_if_secret(frame, known, name)
    class_ = (CLASS, shape[1], shape[2])
    found = frame.program.member(class_, name)
    if found is not None:
        return _method(frame, owner, found)
    bits, kind = frame.engine.field(class_, name)
    if kind is HARMLESS:
        return CLEAN
    value = (part_of(owner)[0] | OBSCURE, UNKNOWN, kind, owner[3])
    if bits:
        value = frame.from_outside(value, bits, f"self.{name}")
    return marked_if_secret(frame, value, name)


def _method(frame: Frame, owner: Value, found: Reference) -> Value:
    if found[0] != FUNCTION:
        return shaped(found)
    function = frame.program.function(found)
    if is_decorated(function, "staticmethod"):
        return shaped(found)
    if is_decorated(function, "property", "cached_property"):
        return call_inside(frame, found, [owner], {})
    return with_shape(owner, (BOUND, found, owner))


def _of_class(frame: Frame, shape: Shape, name: str) -> Value:
    found = frame.program.member(shape, name)
    if found is None:
        return DARK
    if found[0] == FUNCTION:
        function = frame.program.function(found)
        if is_decorated(function, "classmethod"):
            return shaped((BOUND, found, shaped(shape)))
    return shaped(found)


def is_decorated(function: Function, *names: str) -> bool:
    """Tell whether a decorator with one of these last names stands on `function`."""
    for each in function.decorators:
        decorator = each[1] if each[0] == CALL else each
        last = decorator[2] if decorator[0] == ATTRIBUTE else decorator[1]
        if decorator[0] in (ATTRIBUTE, NAME) and last in names:
            return True
    return False
