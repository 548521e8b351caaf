"""Calls of other packages' functions: what the models and built-ins say of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import (
    CARRIED,
    EVERYTHING,
    OBSCURE,
    everywhere,
    mask,
)
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.containers import element
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.given import KEYED, Given, check_sinks
from prodwright.analysis.dataflow.keeping import kept_by_object
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.methods import change_collection, replaced
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
_STATEMENT: Final = everywhere(mask(["sql"]))
_LIKE_STATEMENTS: Final = re.compile(r"(?i)sql|query|text|raw|str|statement|format")


def call_outside(frame: Frame, given: Given, path: str) -> Value:
    """Return what the function or method called `path` returns.

    Args:
        frame: The caller.
        given: The call.
        path: Dotted name, as models write it.
    """
    sinks = frame.models.sinks.get(path)
    by_name = sinks is None and path not in frame.models.clean
    if by_name and given.node[1][0] == ir.ATTRIBUTE:
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
        return given.carried()
    if path in models.clean or path in models.sinks:
        return DARK
    if given.owner is None:
        whole = given.whole()
        if _is_object(path):
            whole = cleared(whole, _STATEMENT)
        return (whole[0] & _CARRIED | OBSCURE, UNKNOWN, None, whole[3])
    method = frame.engine.by_method(given.method)
    if method.is_clean:
        return DARK
    whole = given.carried() if method.passes else obscured(mixed([given.owner]))
    return cleared(whole, method.cleared)


def _is_object(path: str) -> bool:
    """Tell whether a class is called whose objects are no statements of SQL."""
    name = path.rpartition(".")[2]
    return name[:1].isupper() and _LIKE_STATEMENTS.search(name) is None


def _numbered(given: Given) -> Value | None:
    """Return what `enumerate` yields: a number of ours, and an item."""
    if len(given.arguments) != 1 or not given.arguments[0][0]:
        return None
    return items([items([DARK, element(given.arguments[0])])])


_KEPT_ONLY: Final = re.compile(r"\[\^[^\]/]*\][+*]?")


def _substituted(given: Given) -> Value | None:
    """Return a text of which only harmless characters were kept: `[^\\w.-]`."""
    pattern, new = given.argument(0, "pattern"), given.argument(1, "repl")
    text = given.argument(2, "string")
    if pattern is None or new is None or text is None or not isinstance(new[1], str):
        return None
    known = isinstance(pattern[1], str) and _KEPT_ONLY.fullmatch(pattern[1])
    return cleared(text, everywhere(EVERYTHING)) if known and not new[0] else None


def _answered(given: Given) -> Value | None:
    """What is sent as anything but HTML is no page."""
    if given.keywords.keys().isdisjoint(("mimetype", "content_type")):
        return None
    whole = given.whole()
    return cleared((whole[0], UNKNOWN, None, whole[3]), everywhere(mask(["page"])))


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
    "enumerate": _numbered,
    "re.sub": _substituted,
    "flask.Response": _answered,
    "flask.make_response": _response,
}
