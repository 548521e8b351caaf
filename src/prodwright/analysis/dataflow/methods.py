"""Methods of values: texts, collections, and objects of unknown classes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from prodwright.analysis import ir
from prodwright.analysis.categories import OBSCURE, everywhere
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.containers import is_key, looked_up
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.given import KEYED, Given, check_sinks
from prodwright.analysis.dataflow.guards import HARMFUL_TEXTS
from prodwright.analysis.dataflow.inside import call_inside
from prodwright.analysis.dataflow.marks import marked_if_secret
from prodwright.analysis.dataflow.names import assign
from prodwright.analysis.dataflow.texts import filled
from prodwright.analysis.dataflow.values import (
    CLEAN,
    DARK,
    ENTRIES,
    INSTANCE,
    ITEMS,
    UNKNOWN,
    Value,
    cleared,
    constant,
    entries,
    items,
    joined,
    mixed,
    obscured,
    part_of,
    plain,
)

_ADDING: Final = frozenset(
    {"append", "add", "update", "insert", "extend", "write", "appendleft", "setdefault"}
)
_CHANGEABLE: Final = (ir.NAME, ir.ATTRIBUTE, ir.SUBSCRIPT)
_MOST_CANDIDATES = 3  # methods of one name that a call may mean
_MOST_INLINED = 2


def call_method(frame: Frame, given: Given) -> Value:
    """Return what a method of a value of no known class returns."""
    owner = given.owner
    assert owner is not None
    if owner[1] is not UNKNOWN:
        known = _folded(owner, given)
        if known is None and given.method == "format" and isinstance(owner[1], str):
            known = filled(owner[1], given)
        if known is not None:
            return known
    shape = owner[2]
    if shape is not None and shape[0] in (ITEMS, ENTRIES):
        methods = _OF_ITEMS if shape[0] == ITEMS else _OF_ENTRIES
        work = methods.get(given.method)
        found = work(frame, given, shape[1]) if work is not None else None
        if found is not None:
            return found
    if given.method == "replace" and len(given.arguments) > 1:
        return replaced(given)
    known_by_name = frame.engine.by_method(given.method)
    check_sinks(frame, given, known_by_name.sinks)
    change_collection(frame, given)
    candidate = _candidates(frame, given)
    if candidate is not None:
        return candidate
    if known_by_name.is_clean:
        return DARK
    whole = given.carried() if known_by_name.passes else obscured(owner)
    value = cleared(plain(whole[0], whole[3]), known_by_name.cleared)
    if given.method in KEYED and given.arguments:
        return marked_if_secret(frame, part_of(value), given.arguments[0][1])
    return value


def _folded(owner: Value, given: Given) -> Value | None:
    arguments = [each[1] for each in given.arguments]
    if given.keywords or any(each is UNKNOWN for each in arguments):
        return None
    known = folding.called(owner[1], given.method, arguments)
    if known is UNKNOWN:
        return None
    whole = given.whole()
    if isinstance(known, list | tuple):
        return items([(whole[0], each, None, whole[3]) for each in known])
    return (whole[0], known, None, whole[3])


def replaced(given: Given) -> Value:
    """Return a text in which one text was replaced by another."""
    owner, old, new = given.owner, given.arguments[0], given.arguments[1]
    assert owner is not None
    bits = HARMFUL_TEXTS.get(old[1], 0) if isinstance(old[1], str) else 0
    whole = mixed([cleared(owner, everywhere(bits)), new])
    return plain(whole[0], whole[3])


def change_collection(frame: Frame, given: Given) -> None:
    """Follow what a method puts into the object it is called on."""
    owner, target = given.owner, given.node[1][1]
    if given.method not in _ADDING or target[0] not in _CHANGEABLE or owner is None:
        return
    added = mixed([*given.arguments, *given.keywords.values()])
    shape = owner[2]
    is_known = shape is not None and shape[0] in (ITEMS, ENTRIES)
    if added[0] & ~owner[0] or is_known:
        whole = mixed([owner, added])
        kept = None if is_known else shape
        changed = (whole[0], UNKNOWN, kept, whole[3])
        assign(frame, target, changed, given.environment)


def _candidates(frame: Frame, given: Given) -> Value | None:
    """Return what the program's methods of this name would make of it, if few."""
    owner = given.owner
    assert owner is not None
    if owner[2] is not None and owner[2][0] == INSTANCE:
        return None
    whole = given.whole()
    if (
        not whole[0] & ~OBSCURE
        or frame.depth >= _MOST_INLINED
        or _COMMON.fullmatch(given.method)
    ):
        return None
    found = frame.program.methods_named(given.method)
    if not found or len(found) > _MOST_CANDIDATES:
        return None
    result: Value | None = None
    for each in found:
        value = call_inside(frame, each, [owner, *given.arguments], given.keywords)
        result = value if result is None else joined(result, value)
    return result


_COMMON: Final = re.compile(
    r"get|set|add|pop|update|append|join|format|split|strip|"
    r"encode|decode|read|write|close|open|run|save|delete|filter|"
    r"all|items|keys|values|copy|execute|send|info|debug|error|"
    r"warning"
)


def _change(frame: Frame, given: Given, value: Value) -> Value:
    """Give the object of a method its new value; the method returns nothing."""
    target = given.node[1][1]
    if target[0] in _CHANGEABLE:
        assign(frame, target, value, given.environment)
    return CLEAN


def _append(frame: Frame, given: Given, known: Any) -> Value | None:
    if len(given.arguments) != 1:
        return None
    return _change(frame, given, items([*known, given.arguments[0]]))


def _insert(frame: Frame, given: Given, known: Any) -> Value | None:
    match given.arguments:
        case [(_, int(index), _, _), value]:
            changed = list(known)
            changed.insert(index, value)
            return _change(frame, given, items(changed))
    return None


def _extend(frame: Frame, given: Given, known: Any) -> Value | None:
    match given.arguments:
        case [(_, _, (kind, more), _)] if kind == ITEMS:
            return _change(frame, given, items([*known, *more]))
    return None


def _clear(frame: Frame, given: Given, _known: Any) -> Value | None:
    return _change(frame, given, items([]))


def _pop(frame: Frame, given: Given, known: Any) -> Value | None:
    index = given.arguments[0][1] if given.arguments else -1
    if not isinstance(index, int) or not -len(known) <= index < len(known):
        return None
    rest: list[Value] = list(known)
    taken = rest.pop(index)
    _change(frame, given, items(rest))
    return taken


def _reorder(frame: Frame, given: Given, known: Any) -> Value | None:
    whole = mixed(list(known))
    return _change(frame, given, plain(whole[0], whole[3]))


def _get(frame: Frame, given: Given, known: Any) -> Value | None:
    key = given.argument(0)
    if key is None or given.owner is None:
        return None
    default = given.argument(1, "default")
    if is_key(key) and key[1] not in known:
        return default if default is not None else constant(None)
    found = looked_up(frame, given.owner, key)
    return found if is_key(key) or default is None else joined(found, default)


def _take(frame: Frame, given: Given, known: Any) -> Value | None:
    found = _get(frame, given, known)
    key = given.argument(0)
    if found is None or key is None or not is_key(key):
        return None
    rest = {name: value for name, value in known.items() if name != key[1]}
    _change(frame, given, entries(rest))
    return found


def _copy(_frame: Frame, given: Given, _known: Any) -> Value | None:
    return given.owner


def _keys(_frame: Frame, _given: Given, known: Any) -> Value | None:
    return items([constant(each) for each in known])


def _values(_frame: Frame, _given: Given, known: Any) -> Value | None:
    return items(list(known.values()))


def _pairs(_frame: Frame, _given: Given, known: Any) -> Value | None:
    return items([items([constant(key), value]) for key, value in known.items()])


_Method = Callable[[Frame, Given, Any], Value | None]
_OF_ITEMS: Final[dict[str, _Method]] = {
    "append": _append,
    "insert": _insert,
    "extend": _extend,
    "clear": _clear,
    "pop": _pop,
    "sort": _reorder,
    "reverse": _reorder,
    "remove": _reorder,
    "copy": _copy,
}
_OF_ENTRIES: Final[dict[str, _Method]] = {
    "get": _get,
    "pop": _take,
    "copy": _copy,
    "keys": _keys,
    "values": _values,
    "items": _pairs,
}
