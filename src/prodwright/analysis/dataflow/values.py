"""What is known of a value: `(taint, constant, shape, trail)`.

The *taint* says in which categories it is dangerous (`analysis.categories`), the
*constant* is the value itself where it is known, else `UNKNOWN`, the *shape* tells what
it is made of, and the *trail* how the taint came to it (`trails`).

Shapes are references (`analysis.linking`), and:

    (BOUND, function, value)             a method together with its object
    (INSTANCE, module key, class name, {attribute: value})
    (ITEMS, (value, ...))                a list or tuple whose items are known
    (ENTRIES, {key: value})              a dictionary whose keys are known

`(EXTERNAL, "a.B()")` is an object of a class `a.B` of another package. Values are plain
tuples and never changed: the analysis makes millions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from prodwright.analysis.categories import CARRIED, OBSCURE, everywhere
from prodwright.analysis.dataflow.trails import Trail, meet, narrowed
from prodwright.analysis.linking import CLASS, EXTERNAL, FUNCTION

Shape = tuple[Any, ...]
Value = tuple[Any, ...]  # (int, object, Shape | None, Trail | None)
Environment = dict[str, Value]

BOUND: Final = 4
INSTANCE: Final = 5
ITEMS: Final = 6
ENTRIES: Final = 7

# No code can write it as a constant, and it can be kept on disk (`marshal` knows it).
UNKNOWN: Final[object] = StopIteration
CLEAN: Final[Value] = (0, UNKNOWN, None, None)
DARK: Final[Value] = (OBSCURE, UNKNOWN, None, None)  # of unknown origin
_CARRIED: Final = everywhere(CARRIED)
MOST_ITEMS: Final = 64  # of one collection that are told apart


def plain(taint: int, trail: Trail | None) -> Value:
    """Return a value of which only the taint is known."""
    return (taint, UNKNOWN, None, narrowed(trail, taint)) if taint else CLEAN


def obscured(value: Value) -> Value:
    """Return `value` as something of which the origin is not known."""
    return (value[0] | OBSCURE, value[1], value[2], value[3])


def constant(value: object) -> Value:
    """Return a harmless value that is known."""
    return (0, value, None, None)


def shaped(shape: Shape) -> Value:
    """Return a harmless value of this shape."""
    return (0, UNKNOWN, shape, None)


def part_of(value: Value) -> Value:
    """Return what is known of an unknown part of `value`."""
    return plain(value[0] & _CARRIED, value[3])


def with_shape(value: Value, shape: Shape | None) -> Value:
    """Return `value` with another shape."""
    return (value[0], UNKNOWN, shape, value[3])


def cleared(value: Value, mask: int) -> Value:
    """Return `value` without the taint in `mask`, a taint itself."""
    taint = value[0] & ~mask
    if taint == value[0]:
        return value
    return (taint, value[1], value[2], narrowed(value[3], taint))


def mixed(values: list[Value]) -> Value:
    """Return what is made of all of `values` in a way that hides what they were."""
    taint, trail = 0, None
    for each in values:
        if each[0] & ~taint:
            taint |= each[0]
            trail = meet(trail, each[3])
    return (taint, UNKNOWN, None, trail) if taint else CLEAN


def items(values: list[Value]) -> Value:
    """Return the list or tuple of `values`."""
    whole = mixed(values)
    if len(values) > MOST_ITEMS:
        return whole
    return with_shape(whole, (ITEMS, tuple([_flat(each) for each in values])))


def entries(values: dict[Any, Value]) -> Value:
    """Return the dictionary of `values`."""
    whole = mixed(list(values.values()))
    if len(values) > MOST_ITEMS:
        return whole
    flat = {key: _flat(each) for key, each in values.items()}
    return with_shape(whole, (ENTRIES, flat))


def _flat(value: Value) -> Value:
    """Return `value` without collections of collections, whose size has no bound."""
    shape = value[2]
    if shape is None or shape[0] < INSTANCE:
        return value
    inner = shape[1] if shape[0] == ITEMS else shape[-1].values()
    deep = any(each[2] is not None and each[2][0] >= INSTANCE for each in inner)
    return with_shape(value, None) if deep else value


def joined(one: Value, other: Value) -> Value:
    """Return what is known of a value that is `one` or `other`.

    Returns:
        `one` itself when `other` adds nothing, so that loops can tell when to end.
    """
    if one is other:
        return one
    taint = one[0] | other[0]
    known = one[1] if _same_constant(one[1], other[1]) else UNKNOWN
    shape = joined_shapes(one[2], other[2])
    if taint == one[0] and known is one[1] and shape is one[2]:
        return one
    trail = one[3] if taint == one[0] else meet(one[3], other[3])
    return (taint, known, shape, trail)


def _same_constant(one: object, other: object) -> bool:
    if one is other:
        return True
    if one is UNKNOWN or other is UNKNOWN:
        return False
    return one.__class__ is other.__class__ and one == other


def joined_shapes(one: Shape | None, other: Shape | None) -> Shape | None:
    """Return the shape of a value that has one of two; None when nothing is certain.

    A class of another package wins over nothing: it may be an object of it.
    """
    if one is other or other is None:
        return one if one is None or one is other or one[0] == EXTERNAL else None
    if one is None:
        return other if other[0] == EXTERNAL else None
    if one[0] != other[0]:
        return one if one[0] == EXTERNAL else other if other[0] == EXTERNAL else None
    return _JOINS[one[0]](one, other)


def _only_equal(one: Shape, other: Shape) -> Shape | None:
    return one if one == other else None


def _first(one: Shape, _other: Shape) -> Shape:
    return one


def _same_method(one: Shape, other: Shape) -> Shape | None:
    return one if one[1] == other[1] else None


def _joined_items(one: Shape, other: Shape) -> Shape | None:
    if len(one[1]) != len(other[1]):
        return None
    together = [joined(a, b) for a, b in zip(one[1], other[1], strict=True)]
    if all(new is old for new, old in zip(together, one[1], strict=True)):
        return one
    return (ITEMS, tuple(together))


def _joined_entries(one: Shape, other: Shape) -> Shape:
    merged = _merged(one[1], other[1])
    return one if merged is one[1] else (ENTRIES, merged)


def _joined_instances(one: Shape, other: Shape) -> Shape | None:
    if one[1:3] != other[1:3]:
        return None
    merged = _merged(one[3], other[3])
    return one if merged is one[3] else (INSTANCE, one[1], one[2], merged)


def _merged(one: dict[Any, Value], other: dict[Any, Value]) -> dict[Any, Value]:
    """Return the values of either, joined; absent ones are unknown."""
    merged = {
        key: joined(value, other[key]) if key in other else joined(value, CLEAN)
        for key, value in one.items()
    }
    for key, value in other.items():
        if key not in merged:
            merged[key] = joined(value, CLEAN)
    same = len(merged) == len(one) and all(merged[key] is one[key] for key in one)
    return one if same else merged


_JOINS: Final[dict[int, Callable[[Shape, Shape], Shape | None]]] = {
    FUNCTION: _only_equal,
    CLASS: _only_equal,
    EXTERNAL: _first,
    BOUND: _same_method,
    INSTANCE: _joined_instances,
    ITEMS: _joined_items,
    ENTRIES: _joined_entries,
}


def joined_environments(
    one: Environment | None, other: Environment | None
) -> Environment | None:
    """Return what holds after either of two ways; None when neither goes on.

    `one` is changed and returned where both go on.
    """
    if one is None:
        return other
    if other is None or one is other:
        return one
    for name, value in other.items():
        known = one.get(name)
        if known is None:
            one[name] = value
        elif known is not value:
            one[name] = joined(known, value)
    return one
