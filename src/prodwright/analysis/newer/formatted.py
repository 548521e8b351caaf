"""The parts of an f-string, from what the scan found in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import reduce

from prodwright.analysis.newer.scanning import Field, Literal, Piece

Read = Callable[[int, int], ast.expr]


def formatted_parts(
    text: str, literal: Literal, place: ast.expr, read: Read
) -> Iterator[ast.expr]:
    """Yield the constants and formatted values of `literal`.

    Args:
        text: What it stands in.
        literal: An f-string or t-string.
        place: Node whose position all of them take, as in older trees.
        read: Parses the expression between two offsets.
    """
    for piece in literal.pieces:
        yield from _parts(text, piece, literal, place, read)


def pieced_together(parts: Iterable[ast.expr], place: ast.expr) -> ast.expr:
    """Return the f-string of `parts`.

    One that this interpreter cannot write (its expressions hold backslashes) is the
    sum of its parts, because checks write nodes to look at their text.
    """
    joined = ast.copy_location(ast.JoinedStr(values=merged(parts)), place)
    try:
        ast.unparse(joined)
    except ValueError:
        empty: ast.expr = ast.copy_location(ast.Constant(value=""), place)
        return reduce(_added, map(_plain, joined.values), empty)
    return joined


def merged(parts: Iterable[ast.expr]) -> list[ast.expr]:
    """Return `parts` with neighbouring texts made one, as Python's parser does."""
    found: list[ast.expr] = []
    for part in parts:
        last = found[-1] if found else None
        match last, part:
            case ast.Constant(value=str(before)), ast.Constant(value=str(text)):
                found[-1] = ast.copy_location(ast.Constant(value=before + text), last)
            case _, ast.Constant(value=""):
                pass
            case _:
                found.append(part)
    return found


def _added(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.copy_location(ast.BinOp(left=left, op=ast.Add(), right=right), left)


def _plain(part: ast.expr) -> ast.expr:
    return part.value if isinstance(part, ast.FormattedValue) else part


def _parts(
    text: str, piece: Piece, literal: Literal, place: ast.expr, read: Read
) -> Iterator[ast.expr]:
    """Yield the parts of one piece of the literal, each at its own place."""
    if not isinstance(piece, Field):
        said = _decoded(text[piece[0] : piece[1]], literal)
        if said:
            yield ast.copy_location(ast.Constant(value=said), place)
        return
    if piece.shown:
        shown = ast.Constant(value=text[piece.start : piece.shown])
        yield ast.copy_location(shown, place)
    spec = None
    if piece.spec is not None:
        parts = [
            one
            for each in piece.spec
            for one in _parts(text, each, literal, place, read)
        ]
        spec = ast.copy_location(ast.JoinedStr(values=merged(parts)), place)
    bare = piece.shown and piece.spec is None and not piece.conversion
    conversion = "r" if bare else piece.conversion
    value = ast.FormattedValue(
        value=read(piece.start, piece.end),
        conversion=ord(conversion) if conversion else -1,
        format_spec=spec,
    )
    yield ast.copy_location(value, place)


def _decoded(written: str, literal: Literal) -> str:
    """Return what a span of text says."""
    whole = written.replace("{{", "{").replace("}}", "}")
    if "r" in literal.prefix:
        return whole
    try:
        return str(ast.literal_eval(f"{literal.quote}{whole}{literal.quote}"))
    except (SyntaxError, ValueError):
        return whole  # a backslash before a brace
