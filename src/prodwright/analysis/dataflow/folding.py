"""Working out constants, as far as that is certain, quick and small."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from prodwright.analysis.dataflow.values import UNKNOWN

_LONGEST = 4_000  # characters or bytes of a constant
_LARGEST = 1 << 64
_FAILURES = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    MemoryError,
)

_PLAIN: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda one, other: one in other,
    "not in": lambda one, other: one not in other,
}
_METHODS: Final[dict[type, frozenset[str]]] = {
    str: frozenset(
        {
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "replace",
            "startswith",
            "endswith",
            "find",
            "index",
            "count",
            "join",
            "format",
            "encode",
            "title",
            "isdigit",
            "removeprefix",
            "removesuffix",
            "partition",
        }
    ),
    bytes: frozenset({"decode", "lower", "upper", "strip", "split", "startswith"}),
}


def folded(symbol: str, one: Any, other: Any) -> object:
    """Return the constant `one symbol other`; `UNKNOWN` when it is none of use."""
    work = _PLAIN.get(symbol)
    if work is None or not (_is_small(one) and _is_small(other)):
        return UNKNOWN
    if symbol == "*" and not _is_short_product(one, other):
        return UNKNOWN
    if symbol == "%" and isinstance(one, str | bytes):
        return UNKNOWN  # a width in the format could ask for gigabytes
    try:
        return _kept(work(one, other))
    except _FAILURES:
        return UNKNOWN


def compared(symbol: str, one: Any, other: Any) -> object:
    """Return the truth of `one symbol other`; `UNKNOWN` when it cannot be told."""
    if symbol in ("is", "is not"):
        return _identical(one, other) is (symbol == "is")
    try:
        return bool(_COMPARISONS[symbol](one, other))
    except _FAILURES:
        return UNKNOWN


def _identical(one: object, other: object) -> bool:
    return one is other or (one.__class__ is other.__class__ and one == other)


def negated(symbol: str, operand: Any) -> object:
    """Return the constant `symbol operand`; `UNKNOWN` when it is none of use."""
    if symbol == "not":
        return not operand
    if isinstance(operand, int | float) and symbol == "-":
        return -operand
    return UNKNOWN


def called(owner: Any, method: str, arguments: list[Any]) -> object:
    """Return the constant `owner.method(*arguments)`; `UNKNOWN` when it is none."""
    if method not in _METHODS.get(owner.__class__, ()):
        return UNKNOWN
    if not all(isinstance(each, str | bytes | int | None) for each in arguments):
        return UNKNOWN
    if method in ("join", "format") and not _is_short_text(owner, arguments):
        return UNKNOWN
    try:
        result: object = getattr(owner, method)(*arguments)
    except _FAILURES:
        return UNKNOWN
    return result if isinstance(result, list | tuple) else _kept(result)


def item(owner: Any, index: Any) -> object:
    """Return the constant `owner[index]`; `UNKNOWN` when it is none."""
    if not isinstance(owner, str | bytes):
        return UNKNOWN
    try:
        return owner[index]
    except _FAILURES:
        return UNKNOWN


def text(value: Any) -> object:
    """Return `str(value)`; `UNKNOWN` when it is long."""
    return _kept(str(value)) if _is_small(value) else UNKNOWN


def _is_short_text(owner: Any, arguments: list[Any]) -> bool:
    if owner.__class__ is str and "{" in owner:
        return ":" not in owner and "." not in owner and "[" not in owner
    return len(arguments) == 1


def _is_short_product(one: Any, other: Any) -> bool:
    for text_, count in ((one, other), (other, one)):
        if isinstance(text_, str | bytes):
            return isinstance(count, int) and len(text_) * count <= _LONGEST
    return True


def _is_small(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return len(value) <= _LONGEST
    return not isinstance(value, int) or -_LARGEST < value < _LARGEST


def _kept(value: Any) -> object:
    return value if _is_small(value) else UNKNOWN
