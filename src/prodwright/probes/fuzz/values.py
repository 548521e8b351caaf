"""Values that are legal where they are sent, and that few programs expect."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

LONG = 9_000
HUGE = 200_000
DEEP = 400  # below the limit of the standard library's parser, above many others
Named = tuple[str, Any]

STRINGS: tuple[tuple[str, str], ...] = (
    ("empty", ""),
    ("nul", "a\0b"),
    ("surrogate", "a\ud800b"),  # JSON allows it, and UTF-8 does not
    ("long", "A" * LONG),
    ("quote", "'"),
    ("space", " "),
    ("digits", "1" * 5_000),  # int() refuses more than 4,300
    ("superscript", "²"),  # isdigit(), and no int
    ("arabic-digit", "١"),
    ("rtl", "\u202eabc"),
    ("normal-forms", "Å\u212b\u0041\u030a\ufb01"),
    ("zero-width", "a\u200b\ufeffb"),
    ("emoji", "🧨" * 60),
    ("crlf", "a\r\nX-Planted: b"),
    ("percent", "%s%n%"),
    ("braces", "{0}{x}"),
    ("backslash", "\\x\\"),
    ("null-word", "null"),
    ("minus", "-1"),
    ("float", "1.5"),
    ("exponent", "1e999"),
    ("nan", "NaN"),
    ("infinity", "Infinity"),
    ("max-int64", str(2**63)),
    ("bad-date", "2024-02-30"),
    ("last-date", "9999-12-31T23:59:59-12:00"),
    ("first-date", "0001-01-01T00:00:00+14:00"),
    ("bad-uuid", "00000000-0000-0000-0000-00000000000g"),
    ("bad-url", "http://[::1"),
    ("bad-mail", "@"),
    ("repeated", "a" * 40 + "!"),
    ("repeated-dots", "a." * 30 + "!"),
    ("huge", "A" * HUGE),
)
INTEGERS: tuple[Named, ...] = (
    ("zero", 0),
    ("minus", -1),
    ("max-int32", 2**31),
    ("min-int32", -(2**31) - 1),
    ("max-int64", 2**63),
    ("min-int64", -(2**63) - 1),
    ("1e9", 10**9),
    ("1e30", 10**30),
    ("many-digits", 10**400),
    ("half", 1.5),
)
FLOATS: tuple[Named, ...] = (
    ("zero", 0),
    ("minus", -1.0),
    ("nan", math.nan),
    ("infinity", math.inf),
    ("minus-infinity", -math.inf),
    ("largest", 1.7976931348623157e308),
    ("smallest", 5e-324),
    ("1e30", 10**30),
    ("many-digits", 10**400),
)
OTHER_TYPES: tuple[Named, ...] = (
    ("null", None),
    ("list", []),
    ("object", {}),
    ("number", 7),
    ("text", "x"),
    ("true", True),
    ("list-of-null", [None]),
    ("nested", [[{"a": [None]}]]),
)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """JSON as it is to be sent, which no value gives."""

    text: str


def hostile(value: Any) -> Iterator[Named]:
    """Yield values for the place of one in a JSON document, each with its name."""
    kind = _kind(value)
    for name, other in OTHER_TYPES:
        if _kind(other) != kind:
            yield name, other
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        yield from INTEGERS
    elif isinstance(value, float):
        yield from FLOATS
    elif isinstance(value, str):
        yield from STRINGS
    elif isinstance(value, list):
        yield from _lists(value)
    elif isinstance(value, dict):
        yield "deep", Verbatim('{"a":' * DEEP + "1" + "}" * DEEP)


def _lists(value: list[Any]) -> Iterator[Named]:
    yield "empty", []
    yield "twice", value * 2
    yield "many", (value or ["x"]) * (5_000 // max(len(value), 1))
    yield "deep", Verbatim("[" * DEEP + "]" * DEEP)


def _kind(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value).__name__)
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def beyond(schema: dict[str, Any]) -> Iterator[Named]:
    """Yield values just outside of what `schema` allows, each with its name.

    Bounds are those of JSON Schema 2020-12, validation, sections 6.2 and 6.3.
    """
    number = schema.get("type") in ("integer", "number")
    if number and "minimum" in schema:
        yield "below-minimum", _step(schema["minimum"], -1)
    if number and "maximum" in schema:
        yield "above-maximum", _step(schema["maximum"], 1)
    if number and "exclusiveMinimum" in schema:
        yield "at-exclusive-minimum", schema["exclusiveMinimum"]
    if number and "exclusiveMaximum" in schema:
        yield "at-exclusive-maximum", schema["exclusiveMaximum"]
    if schema.get("type") == "string" and schema.get("maxLength", HUGE) < HUGE:
        yield "above-length", "a" * (schema["maxLength"] + 1)
    if schema.get("type") == "string" and schema.get("minLength", 0) > 0:
        yield "below-length", "a" * (schema["minLength"] - 1)
    if schema.get("enum") and all(isinstance(e, str) for e in schema["enum"]):
        yield "not-in-enum", "prodwright-none-of-these"


def _step(bound: Any, by: int) -> Any:
    return bound + by if isinstance(bound, int) else bound + by * max(abs(bound), 1.0)
