"""Collections whose items are known: reading, iterating, and storing one."""

from __future__ import annotations

from typing import Any

from prodwright.analysis.categories import OBSCURE
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.values import (
    CLEAN,
    ENTRIES,
    ITEMS,
    UNKNOWN,
    Value,
    entries,
    items,
    joined,
    part_of,
    plain,
)
from prodwright.analysis.linking import EXTERNAL


def is_key(value: Value) -> bool:
    """Tell whether `value` is a constant that keys of dictionaries are told by."""
    return isinstance(value[1], str | int | bytes | None)


def element(value: Value) -> Value:
    """Return what is known of any one item of `value`."""
    shape = value[2]
    if shape is None:
        return part_of(value)
    if shape[0] == ITEMS:
        return any_of(list(shape[1]))
    if shape[0] == ENTRIES:
        return CLEAN  # its keys, which are known
    return plain(value[0], value[3])


def any_of(values: list[Value]) -> Value:
    """Return what is known of a value that is one of `values`."""
    if not values:
        return CLEAN
    result = values[0]
    for each in values[1:]:
        result = joined(result, each)
    return result


def looked_up(frame: Frame, owner: Value, key: Value) -> Value:
    """Return what is known of `owner[key]`."""
    shape = owner[2]
    if owner[1] is not UNKNOWN:
        known = UNKNOWN if key[1] is UNKNOWN else folding.item(owner[1], key[1])
        return (owner[0], known, None, owner[3])
    if shape is None:
        return marked_if_secret(frame, part_of(owner), key[1])
    if shape[0] == ENTRIES:
        return _entry(frame, owner, shape[1], key)
    if shape[0] == ITEMS:
        index = key[1]
        if isinstance(index, int) and -len(shape[1]) <= index < len(shape[1]):
            found: Value = shape[1][index]
            return found
        return any_of(list(shape[1])) if index is UNKNOWN else CLEAN
    if shape[0] == EXTERNAL:
        bits, inner = frame.engine.item(shape[1])
        value = (owner[0] | OBSCURE, UNKNOWN, inner, owner[3])
        if bits:
            value = frame.from_outside(value, bits, f"{shape[1]}[]")
        return marked_if_secret(frame, value, key[1])
    return plain(owner[0], owner[3])


def _entry(frame: Frame, owner: Value, known: dict[Any, Value], key: Value) -> Value:
    if not is_key(key):
        return any_of(list(known.values()))
    found = known.get(key[1])
    if found is not None:
        return marked_if_secret(frame, found, key[1])
    return plain(owner[0], owner[3])


def with_item(owner: Value, key: Value, value: Value) -> Value | None:
    """Return `owner` after `owner[key] = value`; None when its items are not known."""
    shape = owner[2]
    if shape is not None and shape[0] == ENTRIES and is_key(key):
        return entries({**shape[1], key[1]: value})
    if shape is not None and shape[0] == ITEMS:
        index, known = key[1], list(shape[1])
        if isinstance(index, int) and -len(known) <= index < len(known):
            known[index] = value
            return items(known)
    return None


def without_item(owner: Value, key: Value) -> Value | None:
    """Return `owner` after `del owner[key]`; None when its items are not known."""
    shape = owner[2]
    if shape is not None and shape[0] == ENTRIES and is_key(key):
        return entries(
            {name: each for name, each in shape[1].items() if name != key[1]}
        )
    return None
