"""Follows a local name to its only value, and a built string to its pieces."""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import TYPE_CHECKING

from prodwright.kit._shapes import constant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodwright.analysis import Source

Piece = str | ast.expr
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
_NUMBERS = frozenset("diouxXeEfFgGn")
# Python allows a thousand frames; nobody builds a string in a hundred steps.
_MOST_STEPS = 100
# `b = f"{a}{a}"`, `c = f"{b}{b}"` and so on doubles with every line.
_MOST_READ = 5_000


def only_value(source: Source, expression: ast.expr) -> ast.expr:
    """Return what a name was assigned, when there is exactly one assignment.

    Returns:
        `expression` itself when it is no name, a parameter, assigned twice, or
        assigned further down (so that following names always ends).
    """
    if not isinstance(expression, ast.Name):
        return expression
    values = source.names.values_of(expression.id, expression)
    if len(values) != 1 or not _ends_before(values[0], expression):
        return expression
    match source.parent(values[0]):
        case ast.Assign() | ast.NamedExpr():
            return values[0]
        case ast.AnnAssign(value=value) if value is values[0]:
            return value
        case _:
            return expression


def text_pieces(source: Source, expression: ast.expr) -> list[Piece]:
    """Return a built string as fixed texts and the expressions between them.

    Looks through f-strings, `%`, `+`, `.format()` and names that are assigned
    once. Holes that can only hold a number (`%d`, `:d`) count as fixed.

    Returns:
        Empty for anything that is not visibly a string, or built in more than a
        hundred nested steps; what is left after 5,000 steps counts as varying.
    """
    return _Reader(source).pieces(expression)


def varying_parts(source: Source, expression: ast.expr) -> list[ast.expr]:
    """Return the parts of a string that are filled in when the code runs."""
    pieces = text_pieces(source, expression)
    return [each for each in pieces if not isinstance(each, str)]


def is_literal(source: Source, expression: ast.expr) -> bool:
    """Tell whether the expression's value is fixed in the source."""
    return _Reader(source).is_literal(expression)


def holes_in_context(pieces: list[Piece]) -> Iterator[tuple[str, ast.expr, str]]:
    """Yield each varying piece with the fixed texts right before and after it."""
    for place, piece in enumerate(pieces):
        if not isinstance(piece, str):
            before = _fixed_run(pieces[:place][::-1])
            yield "".join(before[::-1]), piece, "".join(_fixed_run(pieces[place + 1 :]))


class _Reader:
    """Reads one string; counts how deep it is in it, and how much it has read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._steps = 0
        self._read = 0

    def pieces(self, expression: ast.expr) -> list[Piece]:
        if self._is_endless():
            return []
        self._steps += 1
        try:
            return self._pieces(only_value(self._source, expression))
        finally:
            self._steps -= 1

    def _pieces(self, value: ast.expr) -> list[Piece]:
        match value:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=parts):
                return [piece for part in parts for piece in self._field(part)]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._added(left, right)
            case ast.BinOp(left=left, op=ast.Mod(), right=right):
                return self._percent_formatted(left, right)
            case ast.Call(func=ast.Attribute(value=text, attr="format")):
                return self._brace_formatted(text, value)
            case _:
                return []

    def is_literal(self, expression: ast.expr) -> bool:
        if self._is_endless():
            return False
        self._steps += 1
        try:
            return self._is_literal(only_value(self._source, expression))
        finally:
            self._steps -= 1

    def _is_literal(self, value: ast.expr) -> bool:
        match value:
            case ast.Constant():
                return True
            case ast.IfExp(body=body, orelse=other):
                return self.is_literal(body) and self.is_literal(other)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(self.is_literal(each) for each in parts)
            case _:
                pieces = self.pieces(value)
                return bool(pieces) and all(isinstance(each, str) for each in pieces)

    def _is_endless(self) -> bool:
        self._read += 1
        return self._steps > _MOST_STEPS or self._read > _MOST_READ

    def _hole(self, expression: ast.expr) -> list[Piece]:
        inner = self.pieces(expression)
        if inner:
            return inner
        return [""] if self.is_literal(expression) else [expression]

    def _field(self, part: ast.expr) -> list[Piece]:
        if isinstance(part, ast.FormattedValue):
            return ["0"] if _is_number(part.format_spec) else self._hole(part.value)
        return [str(constant(part))]

    def _added(self, left: ast.expr, right: ast.expr) -> list[Piece]:
        sides = self.pieces(left), self.pieces(right)
        if not any(sides):
            return []
        return [*(sides[0] or self._hole(left)), *(sides[1] or self._hole(right))]

    def _percent_formatted(self, left: ast.expr, right: ast.expr) -> list[Piece]:
        template = self._fixed_text(left)
        return [] if template is None else self._filled(template, _by_place(right))

    def _filled(self, template: str, values: dict[str, ast.expr]) -> list[Piece]:
        pieces: list[Piece] = []
        end, place = 0, 0
        for field in _PERCENT.finditer(template):
            pieces.append(template[end : field.start()])
            end = field.end()
            if field[2] == "%":
                continue
            value = values.get(field[1] or str(place))
            place += 1
            number = field[2] in _NUMBERS
            pieces.extend(["0"] if number or value is None else self._hole(value))
        return [*pieces, template[end:]]

    def _brace_formatted(self, text: ast.expr, call: ast.Call) -> list[Piece]:
        template = self._fixed_text(text)
        if template is None:
            return []
        values = {str(place): each for place, each in enumerate(call.args)}
        values |= {each.arg: each.value for each in call.keywords if each.arg}
        try:
            fields = list(_fields(template))
        except ValueError:
            return []  # a template that does not parse raises when it is used
        pieces: list[Piece] = []
        for fixed, name in fields:
            pieces.append(fixed)
            if name is not None and name in values:
                pieces.extend(self._hole(values[name]))
        return pieces

    def _fixed_text(self, expression: ast.expr) -> str | None:
        pieces = self.pieces(expression)
        texts = [each for each in pieces if isinstance(each, str)]
        return "".join(texts) if pieces and len(texts) == len(pieces) else None


def _ends_before(value: ast.expr, use: ast.expr) -> bool:
    end = (value.end_lineno or value.lineno, value.end_col_offset or 0)
    return end <= (use.lineno, use.col_offset)


def _is_number(spec: ast.expr | None) -> bool:
    match spec:
        case ast.JoinedStr(values=[ast.Constant(value=str(text))]):
            return text[-1:] in _NUMBERS
        case _:
            return False


def _by_place(right: ast.expr) -> dict[str, ast.expr]:
    match right:
        case ast.Tuple(elts=values):
            return {str(place): each for place, each in enumerate(values)}
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            texts = (
                (key, each) for key, each in pairs if isinstance(key, ast.Constant)
            )
            return {str(key.value): each for key, each in texts}
        case _:
            return {"0": right}


def _fields(template: str) -> Iterator[tuple[str, str | None]]:
    for place, (fixed, name, _, _) in enumerate(Formatter().parse(template)):
        base = None if name is None else re.split(r"[.\[]", name)[0]
        yield fixed, str(place) if base == "" else base


def _fixed_run(pieces: list[Piece]) -> list[str]:
    """Return the texts that `pieces` begin with."""
    run: list[str] = []
    for piece in pieces:
        if not isinstance(piece, str):
            break
        run.append(piece)
    return run
