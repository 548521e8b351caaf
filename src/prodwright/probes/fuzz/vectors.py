"""Text that becomes something else where it is put together with code.

Each vector has an effect that only happens when it does: that one is looked for, and
nothing else is taken for it.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prodwright.probes.fuzz.messages import Answer
from prodwright.probes.fuzz.watching import CANARY, Seen

_FACTORS = (1787, 3571)
_PRODUCT = str(_FACTORS[0] * _FACTORS[1])
_SUM = f"{_FACTORS[0]}*{_FACTORS[1]}"
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_PORT = 9  # of the discard service: nobody listens there
_UP = "../" * 16


@dataclass(frozen=True, slots=True)
class Vector:
    """One of them.

    Attributes:
        name: What it is called in a case.
        kind: Of the sighting.
        text: What is sent.
        mark: What cannot be there by chance.
    """

    name: str
    kind: str
    text: str
    mark: str


def mark_of(place: str) -> str:
    """Return a word that is only sent at `place`, and the same each time."""
    return f"pw{zlib.crc32(place.encode()):08x}"


def vectors_at(place: str) -> Iterator[Vector]:
    """Yield the vectors for one string of a request."""
    mark = mark_of(place)
    same = f"'{mark}'='{mark}"
    yield Vector("sql", "sql-injection", f"x' OR {same}", mark)
    yield Vector("sql-bare", "sql-injection", f"1 OR {same}'", mark)
    yield Vector("sql-closed", "sql-injection", f"x') OR ({same}", mark)
    yield Vector("sql-order", "sql-injection", f"(SELECT 1 WHERE {same}')", mark)
    for name, text in (
        ("double", f"{{{{{_SUM}}}}}"),
        ("dollar", f"${{{_SUM}}}"),
        ("tag", f"<%= {_SUM} %>"),
    ):
        yield Vector(f"template-{name}", "template-injection", text, _PRODUCT)
    yield Vector("format", "template-injection", "{0.__class__}", "<class '")
    yield Vector("code", "code-injection", _SUM, _PRODUCT)
    trace = CANARY.trace(mark)
    for name, text in (
        ("semicolon", f"x; touch {trace} #"),
        ("dollar", f"x$(touch {trace})"),
        ("quoted", f"x'; touch {trace} #"),
        ("double", f'x"; touch {trace} #'),
    ):
        yield Vector(f"shell-{name}", "command-injection", text, mark)
    for name, text in (
        ("up", _UP + CANARY.path.lstrip("/")),
        ("absolute", CANARY.path),
        ("nested", _UP.replace("../", "....//") + CANARY.path.lstrip("/")),
    ):
        yield Vector(f"path-{name}", "path-traversal", text, CANARY.content)
    yield Vector("path-write", "path-traversal", f"../../{mark}", mark)
    yield Vector("markup", "xss", f"<b id={mark}>", f"<b id={mark}>")
    yield Vector("split", "header-injection", f"x\r\nX-{mark}: 1", mark)
    yield Vector("away", "open-redirect", f"https://{mark}.invalid/", mark)
    yield Vector("away-bare", "open-redirect", f"//{mark}.invalid/", mark)
    yield Vector("fetch", "ssrf", f"http://127.0.0.1:{_PORT}/{mark}", mark)


def effect(vector: Vector, answer: Answer, seen: Seen) -> str:
    """Return what a vector did, as a sentence; empty: nothing of its kind."""
    return _EFFECTS[vector.kind](vector, answer, seen)


def _sql(vector: Vector, _: Answer, seen: Seen) -> str:
    """Where the whole text is one value, the mark never stands alone."""
    for statement in seen.statements:
        if any(vector.mark == found for found in _LITERAL.findall(statement)):
            return f"it is executed as a part of the statement: {_short(statement)}"
    return ""


def _evaluated(vector: Vector, answer: Answer, _: Seen) -> str:
    if vector.mark in answer.text and vector.mark not in vector.text:
        return f"the answer holds what {vector.text!r} evaluates to"
    return ""


def _shell(vector: Vector, _: Answer, __: Seen) -> str:
    return "a shell carries it out" if CANARY.was_left(vector.mark) else ""


def _path(vector: Vector, answer: Answer, seen: Seen) -> str:
    if vector.mark == CANARY.content:
        if vector.mark in answer.text:
            return "the answer holds a file outside of every folder that is served"
        opened = (path for path, _ in seen.opened)
        if any(os.path.normpath(path) == CANARY.path for path in opened):
            return "a file outside of every folder that is served is opened"
        return ""
    for path, writes in seen.opened:
        if writes and vector.mark in path and ".." in path.split(os.sep):
            return "a file is written outside of its folder"
    return ""


def _markup(vector: Vector, answer: Answer, _: Seen) -> str:
    is_html = "html" in answer.header("content-type")
    found = is_html and vector.mark in answer.text
    return "the page holds it as markup" if found else ""


def _header(vector: Vector, answer: Answer, _: Seen) -> str:
    for name, value in answer.headers:
        if vector.mark in value and ("\n" in value or "\r" in value):
            return f"the header {name} of the answer holds its line break"
    return ""


def _redirect(vector: Vector, answer: Answer, _: Seen) -> str:
    target = answer.header("location")
    away = (f"https://{vector.mark}.invalid", f"//{vector.mark}.invalid")
    found = 300 <= answer.status < 400 and target.startswith(away)
    return "the answer sends the client to any address it is given" if found else ""


def _fetch(_: Vector, __: Answer, seen: Seen) -> str:
    wanted = ("127.0.0.1", _PORT)
    found = any(tuple(each[:2]) == wanted for each in seen.connected)
    return "the service itself connects to the address it is given" if found else ""


def _short(text: str) -> str:
    return " ".join(text.split())[:120]


_EFFECTS: dict[str, Callable[[Vector, Answer, Seen], str]] = {
    "sql-injection": _sql,
    "template-injection": _evaluated,
    "code-injection": _evaluated,
    "command-injection": _shell,
    "path-traversal": _path,
    "xss": _markup,
    "header-injection": _header,
    "open-redirect": _redirect,
    "ssrf": _fetch,
}
