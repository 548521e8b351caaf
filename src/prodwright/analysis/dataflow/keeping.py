"""Objects of other packages that keep what they are told, as models say."""

from __future__ import annotations

from prodwright.analysis import ir
from prodwright.analysis.dataflow.containers import is_key
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.given import Given
from prodwright.analysis.dataflow.names import assign
from prodwright.analysis.dataflow.values import (
    CLEAN,
    UNKNOWN,
    Value,
    mixed,
)
from prodwright.analysis.linking import EXTERNAL


def kept_by_object(frame: Frame, given: Given, path: str) -> Value | None:
    """Follow a method that keeps, fetches or changes; None for others."""
    models = frame.models
    if path in models.puts and len(given.arguments) > 1:
        return _put(frame, given)
    count = models.fetches.get(path)
    if count is not None:
        return _fetched(given, count)
    for change in models.becomes.get(path, ()):
        if _matches(given, change.given):
            shape = (EXTERNAL, f"{change.type}()")
            _change(frame, given, (0, UNKNOWN, shape, None))
    return None


def _put(frame: Frame, given: Given) -> Value | None:
    *keys, value = given.arguments
    place = _place(given, keys)
    if place is None:
        if value[0] and given.owner is not None:
            whole = mixed([given.owner, value])
            _change(frame, given, (whole[0], UNKNOWN, given.owner[2], whole[3]))
        return CLEAN
    given.environment[place] = value
    return CLEAN


def _fetched(given: Given, count: int) -> Value | None:
    place = _place(given, given.arguments[:count])
    return None if place is None else given.environment.get(place)


def _place(given: Given, keys: list[Value]) -> str | None:
    """Return the name under which the variables hold what an object keeps."""
    owner = ir.dotted(given.node[1][1])
    if not owner or owner[0] in "(." or not all(is_key(each) for each in keys):
        return None
    return f"{owner}[{', '.join(repr(each[1]) for each in keys)}]"


def _matches(given: Given, expected: tuple[object, ...]) -> bool:
    if len(given.arguments) < len(expected):
        return False
    for value, each in zip(given.arguments, expected, strict=False):
        known: object = value[1]
        if isinstance(each, str):
            is_name = value[2] is not None and value[2][0] == EXTERNAL
            known = value[2][1] if value[2] is not None and is_name else None
        if known != each:
            return False
    return True


def _change(frame: Frame, given: Given, value: Value) -> None:
    target = given.node[1][1]
    if target[0] in (ir.NAME, ir.ATTRIBUTE):
        assign(frame, target, value, given.environment)
