"""Binding values to names, items and attributes."""

from __future__ import annotations

from prodwright.analysis import ir
from prodwright.analysis.categories import OBSCURE
from prodwright.analysis.dataflow.containers import element, with_item, without_item
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.trails import extend
from prodwright.analysis.dataflow.values import (
    ENTRIES,
    INSTANCE,
    ITEMS,
    UNKNOWN,
    Environment,
    Value,
    mixed,
    plain,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import EXTERNAL


def assign(
    frame: Frame,
    target: Node,
    value: Value,
    environment: Environment,
    source: Node | None = None,
) -> None:
    """Bind `value` to a target.

    Args:
        frame: The function under way.
        target: What stands to the left of the `=`.
        value: Of the right side.
        environment: Where it is bound.
        source: The expression of the right side, where there is one.
    """
    kind = target[0]
    if kind == ir.NAME:
        _bind(frame, target[1], value, environment, source)
    elif kind == ir.SEQUENCE:
        _unpack(frame, target[2], value, environment, source)
    elif kind == ir.SUBSCRIPT:
        _store_item(frame, target, value, environment)
    elif kind == ir.ATTRIBUTE:
        _store_attribute(frame, target, value, environment)
    elif kind == ir.STARRED:
        assign(frame, target[1], plain(value[0], value[3]), environment, source)


def _bind(
    frame: Frame,
    name: str,
    value: Value,
    environment: Environment,
    source: Node | None,
) -> None:
    value = marked_if_secret(frame, value, name)
    taint = value[0]
    if taint & ~OBSCURE:
        trail = extend(value[3], taint, frame.step(f"becomes {name}"))
        value = (taint, value[1], value[2], trail)
        root = None if source is None else root_name(source)
        if root is not None and root != name:
            frame.derived[name] = root
        else:
            frame.derived.pop(name, None)
    environment[name] = value


def _unpack(
    frame: Frame,
    targets: tuple[Node, ...],
    value: Value,
    environment: Environment,
    source: Node | None,
) -> None:
    shape = value[2]
    fits = shape is not None and shape[0] == ITEMS and len(shape[1]) == len(targets)
    if fits and shape is not None and all(each[0] != ir.STARRED for each in targets):
        for target, part in zip(targets, shape[1], strict=True):
            assign(frame, target, part, environment, source)
        return
    part = element(value) if shape is not None and shape[0] == ITEMS else value
    for target in targets:
        assign(frame, target, plain(part[0], part[3]), environment, source)


def _store_item(
    frame: Frame, target: Node, value: Value, environment: Environment
) -> None:
    owner = frame.evaluate(target[1], environment)
    key = frame.evaluate(target[2], environment)
    shape = owner[2]
    if shape is not None and shape[0] == EXTERNAL:
        for sink in frame.models.sinks.get(f"{shape[1]}[]", ()):
            for position in sink.positions:
                stored = key if position else value
                frame.hurts(sink.category, sink.bit, stored, f"{shape[1]}[]")
    changed = with_item(owner, key, value)
    if changed is not None:
        assign(frame, target[1], changed, environment)
        return
    is_known = shape is not None and shape[0] in (ITEMS, ENTRIES)
    if is_known or (value[0] | key[0]) & ~owner[0]:
        whole = mixed([owner, value, key])
        kept = None if is_known else shape
        assign(frame, target[1], (whole[0], UNKNOWN, kept, whole[3]), environment)


def _store_attribute(
    frame: Frame, target: Node, value: Value, environment: Environment
) -> None:
    owner = frame.evaluate(target[1], environment)
    shape, holder = owner[2], target[1]
    if shape is not None and shape[0] == INSTANCE and holder[0] == ir.NAME:
        attributes = {**shape[3], target[2]: value}
        changed = (INSTANCE, shape[1], shape[2], attributes)
        environment[holder[1]] = (owner[0], owner[1], changed, owner[3])
        return
    name = ir.dotted(target)
    if name[0] not in "(.":
        frame.stored.add(target[2])
        environment[name] = value


def forget_item(frame: Frame, target: Node, environment: Environment) -> None:
    """Follow `del`: of a name, or of an item."""
    if target[0] == ir.NAME:
        environment.pop(target[1], None)
    elif target[0] == ir.SUBSCRIPT:
        owner = frame.evaluate(target[1], environment)
        key = frame.evaluate(target[2], environment)
        changed = without_item(owner, key)
        if changed is not None:
            assign(frame, target[1], changed, environment)
        elif owner[2] is not None and owner[2][0] == ITEMS:
            assign(frame, target[1], plain(owner[0], owner[3]), environment)


def root_name(node: Node) -> str | None:
    """Return the variable that an expression is made of, where it is one."""
    while True:
        kind = node[0]
        if kind == ir.NAME:
            name: str = node[1]
            return name
        if kind in (ir.ATTRIBUTE, ir.SUBSCRIPT, ir.AWAIT, ir.STARRED):
            node = node[1]
        elif kind == ir.CALL:
            if node[2] and node[2][0][0] == ir.NAME:
                return root_name(node[2][0])
            node = node[1]
            if node[0] != ir.ATTRIBUTE:
                return None
        else:
            return None
