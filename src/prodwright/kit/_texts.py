"""Follows a local name to its only value, and a built string to its pieces."""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodwright.analysis import Source

Piece = str | ast.expr
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([a-zA-Z%])")
_NUMBERS = frozenset("diouxXeEfFgGn")


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
        Empty for anything that is not visibly a string.
    """
    value = only_value(source, expression)
    match value:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return [piece for part in parts for piece in _field(source, part)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _added(source, left, right)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            return _percent_formatted(source, left, right)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _brace_formatted(source, text, value)
        case _:
            return []


def varying_parts(source: Source, expression: ast.expr) -> list[ast.expr]:
    """Return the parts of a string that are filled in when the code runs."""
    pieces = text_pieces(source, expression)
    return [each for each in pieces if not isinstance(each, str)]


def is_literal(source: Source, expression: ast.expr) -> bool:
    """Tell whether the expression's value is fixed in the source."""
    value = only_value(source, expression)
    match value:
        case ast.Constant():
            return True
        case ast.IfExp(body=body, orelse=other):
            return is_literal(source, body) and is_literal(source, other)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(is_literal(source, each) for each in parts)
        case _:
            pieces = text_pieces(source, value)
            return bool(pieces) and all(isinstance(each, str) for each in pieces)


def _ends_before(value: ast.expr, use: ast.expr) -> bool:
    end = (value.end_lineno or value.lineno, value.end_col_offset or 0)
    return end <= (use.lineno, use.col_offset)


def _hole(source: Source, expression: ast.expr) -> list[Piece]:
    inner = text_pieces(source, expression)
    if inner:
        return inner
    return [""] if is_literal(source, expression) else [expression]


def _field(source: Source, part: ast.expr) -> list[Piece]:
    match part:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.FormattedValue(value=value, format_spec=spec):
            return ["0"] if _is_number(spec) else _hole(source, value)
        case _:
            return []


def _is_number(spec: ast.expr | None) -> bool:
    match spec:
        case ast.JoinedStr(values=[ast.Constant(value=str(text))]):
            return text[-1:] in _NUMBERS
        case _:
            return False


def _added(source: Source, left: ast.expr, right: ast.expr) -> list[Piece]:
    sides = text_pieces(source, left), text_pieces(source, right)
    if not any(sides):
        return []
    first = sides[0] or _hole(source, left)
    return [*first, *(sides[1] or _hole(source, right))]


def _percent_formatted(source: Source, left: ast.expr, right: ast.expr) -> list[Piece]:
    template = _fixed_text(source, left)
    if template is None:
        return []
    return _filled(source, template, _by_place(right))


def _by_place(right: ast.expr) -> dict[str, ast.expr]:
    match right:
        case ast.Tuple(elts=values):
            return {str(place): each for place, each in enumerate(values)}
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            named = [(key.value, each) for key, each in pairs if _is_text(key)]  # type: ignore[union-attr]
            return dict(named)
        case _:
            return {"0": right}


def _is_text(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _filled(source: Source, template: str, values: dict[str, ast.expr]) -> list[Piece]:
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
        pieces.extend(["0"] if number or value is None else _hole(source, value))
    return [*pieces, template[end:]]


def _brace_formatted(source: Source, text: ast.expr, call: ast.Call) -> list[Piece]:
    template = _fixed_text(source, text)
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
            pieces.extend(_hole(source, values[name]))
    return pieces


def _fields(template: str) -> Iterator[tuple[str, str | None]]:
    for place, (fixed, name, _, _) in enumerate(Formatter().parse(template)):
        base = None if name is None else re.split(r"[.\[]", name)[0]
        yield fixed, str(place) if base == "" else base


def _fixed_text(source: Source, expression: ast.expr) -> str | None:
    pieces = text_pieces(source, expression)
    texts = [each for each in pieces if isinstance(each, str)]
    return "".join(texts) if pieces and len(texts) == len(pieces) else None


def holes_in_context(pieces: list[Piece]) -> Iterator[tuple[str, ast.expr, str]]:
    """Yield each varying piece with the fixed texts right before and after it."""
    for place, piece in enumerate(pieces):
        if not isinstance(piece, str):
            before = _fixed_run(pieces[:place][::-1])
            yield "".join(before[::-1]), piece, "".join(_fixed_run(pieces[place + 1 :]))


def _fixed_run(pieces: list[Piece]) -> list[str]:
    """Return the texts that `pieces` begin with."""
    run: list[str] = []
    for piece in pieces:
        if not isinstance(piece, str):
            break
        run.append(piece)
    return run
