"""What is given to a parser or a command instead of what a test gives it."""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from prodwright.probes.fuzz.calls import FUNCTION, Point
from prodwright.probes.fuzz.values import STRINGS, Verbatim, hostile

_MOST_CASES = 400
_MOST_WORDS = 8
_DEEP = 900
BYTES: tuple[tuple[str, bytes], ...] = (
    ("empty", b""),
    ("nul", b"\0"),
    ("no-utf-8", b"\xff\xfe\xfd"),
    ("half-utf-8", "é".encode()[:1]),
    ("utf-16", "{}".encode("utf-16")),
    ("deep", b"[" * _DEEP + b"]" * _DEEP),
    ("half-json", b'{"a":'),
    ("long", b"A" * 200_000),
    ("lines", b"\n" * 5_000),
    ("separators", b",;:=|\t" * 500),
)
_WORDS = ("\ud800", "\0")  # no command line holds them


@dataclass(frozen=True, slots=True)
class CallCase:
    """One call.

    Attributes:
        name: Tells it from the others on the same point.
        values: What is given, by name.
    """

    name: str
    values: dict[str, Any]


def cases_at(point: Point) -> list[CallCase]:
    """Return the cases of a point; always the same ones."""
    lanes = [_of_value(name, value, point) for name, value in point.values.items()]
    found: dict[str, CallCase] = {}
    for row in zip_longest(*lanes):
        for each in row:
            if each is not None:
                found.setdefault(each.name, each)
    return list(found.values())[:_MOST_CASES]


def _of_value(name: str, value: Any, point: Point) -> Iterator[CallCase]:
    if point.kind != FUNCTION:
        yield from _of_words(name, value)
    elif isinstance(value, str) and value and os.path.isfile(value):
        yield from (CallCase(n, {name: other}) for n, other in _files(name, value))
    elif isinstance(value, str):
        for case, text in STRINGS:
            yield CallCase(f"{name}:{case}", {name: text})
        for case, text in _cut(value):
            yield CallCase(f"{name}:{case}", {name: text})
        yield CallCase(f"{name}:deep", {name: "[" * _DEEP})
    elif isinstance(value, bytes):
        for case, content in (*BYTES, ("half", value[: len(value) // 2])):
            yield CallCase(f"{name}:{case}", {name: content})
    else:
        yield from _of_data(name, value)


def _cut(value: str) -> Iterator[tuple[str, str]]:
    """Text that was meant well and did not come whole: the commonest of all."""
    for part in (1, 2, 3):
        yield f"cut-{part}", value[: len(value) * part // 4]
    yield "twice", value * 2
    for mark in ",:=;-/. \n":
        if mark in value:
            yield f"without-{ord(mark)}", value.replace(mark, "")


def _of_data(name: str, value: Any) -> Iterator[CallCase]:
    for path in _paths(value):
        label = ".".join((name, *map(str, path)))
        for case, other in hostile(_at(value, path)):
            if not isinstance(other, Verbatim):
                whole = _with(value, path, other)
                yield CallCase(f"{label}:{case}", {name: whole})
        if path and isinstance(path[-1], str):
            less = copy.deepcopy(value)
            del _at(less, path[:-1])[path[-1]]
            yield CallCase(f"{label}:missing", {name: less})


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path  # what it is as a whole, its type says
    if len(path) < 3 and isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif len(path) < 3 and isinstance(value, list) and value:
        yield from _paths(value[0], (*path, 0))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _with(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    whole = copy.deepcopy(value)
    _at(whole, path[:-1])[path[-1]] = other
    return whole


def _of_words(name: str, words: list[str]) -> Iterator[CallCase]:
    for number, word in enumerate(words[:_MOST_WORDS]):
        rest = [*words[:number], *words[number + 1 :]]
        yield CallCase(f"{number}:missing", {name: rest})
        others = _files(str(number), word) if os.path.isfile(word) else _words(number)
        for case, other in others:
            changed = [*words[:number], other, *words[number + 1 :]]
            yield CallCase(case, {name: changed})
    yield CallCase("none", {name: []})
    yield CallCase("unknown", {name: [*words, "--prodwright-unknown"]})
    yield CallCase("more", {name: [*words, "more"]})


def _words(number: int) -> Iterator[tuple[str, str]]:
    for case, text in STRINGS:
        if len(text) < 100_000 and not any(each in text for each in _WORDS):
            yield f"{number}:{case}", text


def _files(name: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield paths of files with other content, of a folder, and of nothing."""
    folder = tempfile.mkdtemp(prefix="prodwright-")
    ending = os.path.splitext(path)[1]
    with open(path, "rb") as file:
        content = file.read(1 << 20)
    for case, other in (*BYTES, ("half", content[: len(content) // 2])):
        place = os.path.join(folder, f"{case}{ending}")
        with open(place, "wb") as file:
            file.write(other)
        yield f"{name}:file-{case}", place
    yield f"{name}:file-missing", os.path.join(folder, "missing", f"x{ending}")
    yield f"{name}:file-folder", folder
