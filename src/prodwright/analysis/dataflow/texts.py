"""Texts put together: sums, f-strings, formats; and arithmetic."""

from __future__ import annotations

import re
from typing import Final

from prodwright.analysis import ir
from prodwright.analysis.categories import OBSCURE, everywhere, mask
from prodwright.analysis.dataflow import folding
from prodwright.analysis.dataflow.frame import TABLE, Frame, mixed_trail
from prodwright.analysis.dataflow.given import Given
from prodwright.analysis.dataflow.values import (
    CLEAN,
    ENTRIES,
    ITEMS,
    UNKNOWN,
    Environment,
    Value,
    cleared,
    constant,
    entries,
    items,
    mixed,
    plain,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import EXTERNAL

# Texts that begin like this keep the host whatever follows: a scheme with a host and a
# slash, or a path with more than the slash that may begin a host.
_FIXED_HOST: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://[^/?#&]+[/?#&]|/[^/\\]|\?|#", re.I
)
_HOST: Final = everywhere(mask(["address", "redirect"]))
_FOLDER: Final = everywhere(mask(["path"]))
_SEPARATORS: Final = "/\\.~: "
_ESCAPED: Final = everywhere(mask(["log", "header"]))
_NUMERIC: Final = re.compile(r".*[bcdeEfFgGnoxX%]", re.S)


def _binary(frame: Frame, node: Node, environment: Environment) -> Value:
    """Work along the left side, since sums of a thousand texts lean that way."""
    waiting = [node]
    while waiting[-1][2][0] == ir.BINARY:
        waiting.append(waiting[-1][2])
    value = frame.evaluate(waiting[-1][2], environment)
    parts = [value]
    for each in reversed(waiting):
        right = frame.evaluate(each[3], environment)
        if each[1] == "+":
            parts.append(right)
            right = _after_prefix(parts, right)
        else:
            parts = []
        value = combined(each[1], value, right)
    return value


def combined(symbol: str, left: Value, right: Value) -> Value:
    """Return what a binary operator makes of two values."""
    taint = left[0] | right[0]
    trail = mixed_trail(left, right) if taint else None
    if left[1] is not UNKNOWN and right[1] is not UNKNOWN:
        known = folding.folded(symbol, left[1], right[1])
        if known is not UNKNOWN:
            return (taint, known, None, trail)
    one, other = left[2], right[2]
    if one is not None:
        if symbol == "+" and other is not None and one[0] == other[0] == ITEMS:
            return items([*one[1], *other[1]])
        if symbol == "/" and one[0] == EXTERNAL:  # paths
            return (taint, UNKNOWN, one, trail)
        if symbol == "|" and other is not None and one[0] == other[0] == ENTRIES:
            return entries({**one[1], **other[1]})
    if symbol == "%" and isinstance(left[1], str):
        return _formatted_by(left[1], right)
    return (taint, UNKNOWN, None, trail) if taint else CLEAN


def _formatted_by(template: str, right: Value) -> Value:
    value = right
    if "%" in template and not re.search(r"%(\(\w+\))?[^%difxXeEgGour]", template):
        value = CLEAN  # numbers only
    elif "%r" in template and "%s" not in template:
        value = cleared(right, _ESCAPED)
    if _FIXED_HOST.match(template.partition("%")[0]):
        value = cleared(value, _HOST)
    return plain(value[0], value[3])


def _formatted(frame: Frame, node: Node, environment: Environment) -> Value:
    parts = [frame.evaluate(each, environment) for each in node[1]]
    text: str | None = ""
    for at, part in enumerate(parts):
        if part[0]:
            parts[at] = _after_prefix(parts[: at + 1], part)
        shown = folding.text(part[1]) if part[1] is not UNKNOWN else UNKNOWN
        text = text + shown if text is not None and isinstance(shown, str) else None
    whole = mixed(parts)
    if text is not None:
        return (whole[0], text, None, whole[3])
    return whole


def _after_prefix(parts: list[Value], last: Value) -> Value:
    """Return `last` without the power over host and folder that `parts` fix."""
    near = parts[-2][1] if len(parts) > 1 else None
    if isinstance(near, str) and near and near[-1] not in _SEPARATORS:
        last = cleared(last, _FOLDER)  # `name-..` is no folder that there is
    if not last[0] & _HOST:
        return last
    before = ""
    for each in parts[:-1]:
        if isinstance(each[1], str):
            before += each[1]
        elif each[0] & ~OBSCURE:
            return last
        else:
            before += "scheme://host"  # ours, whatever it is
    return cleared(last, _HOST) if _FIXED_HOST.match(before) else last


def filled(template: str, given: Given) -> Value | None:
    """Return `template.format(...)`; None when its fields are not all in order."""
    if given.keywords or template.count("{}") != template.count("{"):
        return None
    pieces = template.split("{}")
    if len(pieces) != len(given.arguments) + 1:
        return None
    parts = [constant(pieces[0])]
    for argument, piece in zip(given.arguments, pieces[1:], strict=True):
        parts.append(argument)
        parts[-1] = _after_prefix(parts, argument)
        parts.append(constant(piece))
    whole = mixed(parts)
    return plain(whole[0], whole[3])


def _field(frame: Frame, node: Node, environment: Environment) -> Value:
    value = frame.evaluate(node[1], environment)
    if node[3] is not None:
        spec = frame.evaluate(node[3], environment)
        if isinstance(spec[1], str) and _NUMERIC.fullmatch(spec[1]):
            return CLEAN  # anything but a number is an error
        value = mixed([value, spec])
    if node[2] in ("r", "a"):
        value = cleared(value, _ESCAPED)
    return plain(value[0], value[3])


TABLE[ir.BINARY] = _binary
TABLE[ir.FORMATTED] = _formatted
TABLE[ir.FIELD] = _field
