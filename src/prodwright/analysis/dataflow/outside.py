"""Calls of other packages' functions: what the models and built-ins say of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import CARRIED, OBSCURE, everywhere
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.given import Given, check_sinks
from prodwright.analysis.dataflow.keeping import kept_by_object
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.methods import KEYED, change_collection, replaced
from prodwright.analysis.dataflow.values import (
    DARK,
    ENTRIES,
    ITEMS,
    UNKNOWN,
    Value,
    cleared,
    constant,
    entries,
    items,
    mixed,
    obscured,
    part_of,
    with_shape,
)

_CARRIED = everywhere(CARRIED)


def call_outside(frame: Frame, given: Given, path: str) -> Value:
    """Return what the function or method called `path` returns.

    Args:
        frame: The caller.
        given: The call.
        path: Dotted name, as models write it.
    """
    sinks = frame.models.sinks.get(path)
    if sinks is None and given.node[1][0] == ir.ATTRIBUTE:
        sinks = frame.engine.by_method(given.node[1][2]).sinks
    if sinks:
        check_sinks(frame, given, sinks)
    built = _BUILT_IN.get(path)
    result = None if built is None else built(given)
    if result is None and given.method:
        result = _of_object(frame, given, path)
    return _returned(frame, given, path) if result is None else result


def _of_object(frame: Frame, given: Given, path: str) -> Value | None:
    """Follow what a method does to its object; None when that is not its result."""
    change_collection(frame, given)
    if given.method == "replace" and len(given.arguments) > 1:
        return replaced(given)
    return kept_by_object(frame, given, path)


def _returned(frame: Frame, given: Given, path: str) -> Value:
    bits, shape = frame.engine.result(path)
    made_of = _carried(frame, given, path)
    value = (made_of[0], UNKNOWN, shape, made_of[3])
    if given.method in KEYED and given.arguments:
        part = with_shape(part_of(value), shape)
        value = marked_if_secret(frame, part, given.arguments[0][1])
    return frame.from_outside(value, bits, f"{path}()") if bits else value


def _carried(frame: Frame, given: Given, path: str) -> Value:
    """Return the part of what is given that the result is made of."""
    models = frame.models
    removed = models.sanitizers.get(path)
    if removed is not None:
        return cleared(given.whole(), everywhere(removed))
    if path in models.passes:
        return given.whole()
    if path in models.clean or path in models.sinks:
        return DARK
    if given.owner is None:
        whole = given.whole()
        return (whole[0] & _CARRIED | OBSCURE, UNKNOWN, None, whole[3])
    method = frame.engine.by_method(given.method)
    if method.is_clean:
        return DARK
    whole = given.whole() if method.passes else obscured(mixed([given.owner]))
    return cleared(whole, method.cleared)


def _text(given: Given) -> Value | None:
    if len(given.arguments) != 1 or given.keywords:
        return None
    value = given.arguments[0]
    known = UNKNOWN if value[1] is UNKNOWN else folding.text(value[1])
    return (value[0], known, None, value[3])


def _length(given: Given) -> Value | None:
    if len(given.arguments) != 1:
        return None
    value = given.arguments[0]
    if isinstance(value[1], str | bytes):
        return constant(len(value[1]))
    return None


def _list(given: Given) -> Value | None:
    if given.keywords or len(given.arguments) > 1:
        return None
    if not given.arguments:
        return items([])
    value = given.arguments[0]
    return value if value[2] is not None and value[2][0] == ITEMS else None


def _dictionary(given: Given) -> Value | None:
    if given.arguments or None in given.keywords:
        value = given.arguments[0] if len(given.arguments) == 1 else None
        known = value is not None and value[2] is not None and value[2][0] == ENTRIES
        return value if known and not given.keywords else None
    return entries(dict(given.keywords))


def _response(given: Given) -> Value | None:
    """Of a body with a status or headers, the body is what is shown."""
    shape = given.arguments[0][2] if given.arguments else None
    is_known = shape is not None and shape[0] == ITEMS and bool(shape[1])
    return shape[1][0] if shape is not None and is_known else None


_BUILT_IN: Final[dict[str, Callable[[Given], Value | None]]] = {
    "str": _text,
    "len": _length,
    "list": _list,
    "tuple": _list,
    "dict": _dictionary,
    "flask.make_response": _response,
}
