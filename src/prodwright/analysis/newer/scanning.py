"""Finds the string literals and comments of a text, nested f-strings included.

Source: Python's lexical analysis, 2.5 (string literals) and PEP 701.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_NESTED = 5  # f-strings in each other; Python 3.12 stops at 150
_STARTS = re.compile(
    r"#[^\r\n]*|(?<![\w])(?P<prefix>[bBrRuUfFtT]{0,2})(?P<quote>'''|\"\"\"|'|\")"
)
_IN_FIELD = re.compile(_STARTS.pattern + r"|[()\[\]{}!:=]")
_IN_TEXT = re.compile(r"(?s)\\N\{[^}]*\}|\\.|'''|\"\"\"|['\"]|\{\{|\}\}|[{}]")
_SHOWING = re.compile(r"=(?:\s|#[^\r\n]*[\r\n])*(?=[!:}])")
_CONVERTING = re.compile(r"!([rsa])\s*")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Unscannable(Exception):
    """A literal or a field has no end, or nests too deeply."""


@dataclass(frozen=True, slots=True)
class Field:
    """A replacement field of an f-string; all numbers are offsets into the text.

    Attributes:
        start: Behind its opening brace.
        end: Of its expression.
        shown: End of the text that `=` shows as well; 0 without `=`.
        conversion: `r`, `s`, `a` or nothing.
        spec: Pieces of its format; None when it has none.
    """

    start: int
    end: int
    shown: int
    conversion: str
    spec: tuple[Piece, ...] | None


Piece = tuple[int, int] | Field


@dataclass(frozen=True, slots=True)
class Literal:
    """A string literal or a comment.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last.
        prefix: In lower case, e.g. `rf`.
        quote: What it is quoted with; empty for a comment.
        pieces: Of an f-string or t-string: spans of text, and fields.
    """

    start: int
    end: int
    prefix: str
    quote: str
    pieces: tuple[Piece, ...] = ()

    @property
    def is_formatted(self) -> bool:
        """Whether it may hold replacement fields."""
        return "f" in self.prefix or "t" in self.prefix


def literals(text: str) -> Iterator[Literal]:
    """Yield the outermost literals and comments of `text`, in reading order.

    Raises:
        Unscannable: One has no end.
    """
    at = 0
    while (found := _STARTS.search(text, at)) is not None:
        literal = _literal(text, found, 0)
        yield literal
        at = literal.end


def _literal(text: str, opened: re.Match[str], depth: int) -> Literal:
    quote = opened["quote"]
    if not quote:
        return Literal(opened.start(), opened.end(), "", "")
    if depth > MOST_NESTED:
        raise Unscannable(f"more than {MOST_NESTED} f-strings in each other")
    prefix = opened["prefix"].lower()
    formatted = "f" in prefix or "t" in prefix
    pieces, end = _pieces(text, opened.end(), quote, prefix if formatted else "", depth)
    if not text.startswith(quote, end):
        raise Unscannable("a string literal without an end")
    return Literal(opened.start(), end + len(quote), prefix, quote, pieces)


def _pieces(
    text: str, at: int, until: str, prefix: str, depth: int
) -> tuple[tuple[Piece, ...], int]:
    """Return spans of text and fields, and the offset of what ends them.

    Args:
        text: All of it.
        at: Offset to begin at.
        until: The quote, or `}` for the format of a field.
        prefix: Of the f-string; empty when braces mean nothing.
        depth: How many f-strings stand around it.
    """
    pieces: list[Piece] = []
    begun = at
    while (found := _IN_TEXT.search(text, at)) is not None:
        mark, at = found.group(), _behind(found, until, prefix)
        if mark.startswith(until):
            return (*pieces, (begun, found.start())), found.start()
        if prefix and text[found.start() : at] == "{":
            pieces.append((begun, found.start()))
            field, begun = _field(text, at, prefix, depth)
            pieces.append(field)
            at = begun
    raise Unscannable("a string literal without an end")


def _behind(found: re.Match[str], until: str, prefix: str) -> int:
    """Return the offset behind what a mark really is."""
    mark = found.group()
    if mark.startswith("\\N{") and ("r" in prefix or not prefix):
        return found.start() + 2  # only those that are not raw name characters
    if prefix and mark in ("\\{", "\\}"):
        return found.start() + 1  # a brace cannot be escaped by it
    if mark == "{{" and until == "}":
        return found.start() + 1
    return found.end()


def _field(text: str, start: int, prefix: str, depth: int) -> tuple[Field, int]:
    """Return the field that begins at `start`, and the offset behind it."""
    at, open_brackets = start, 0
    while (found := _IN_FIELD.search(text, at)) is not None:
        mark, at = found.group(), found.end()
        if mark[0] == "#" or found["quote"]:
            at = _literal(text, found, depth + 1).end
        elif mark in _BRACKETS and (open_brackets or mark != "}"):
            open_brackets += _BRACKETS[mark]
        elif not open_brackets and _ends_field(text, found.start()):
            return _ended(text, start, found.start(), prefix, depth)
    raise Unscannable("a replacement field without an end")


def _ends_field(text: str, at: int) -> bool:
    mark, after = text[at], text[at + 1 : at + 2]
    if mark == "!":
        return after != "="
    if mark == "=":
        return text[at - 1] not in "=!<>" and _SHOWING.match(text, at) is not None
    return True


def _ended(
    text: str, start: int, end: int, prefix: str, depth: int
) -> tuple[Field, int]:
    shown, at, conversion = 0, end, ""
    if (shows := _SHOWING.match(text, at)) is not None:
        shown = at = shows.end()
    if (converts := _CONVERTING.match(text, at)) is not None:
        conversion, at = converts[1], converts.end()
    if text[at : at + 1] == ":":
        spec, at = _pieces(text, at + 1, "}", prefix, depth + 1)
        return Field(start, end, shown, conversion, spec), at + 1
    if text[at : at + 1] != "}":
        raise Unscannable("a replacement field without an end")
    return Field(start, end, shown, conversion, None), at + 1
