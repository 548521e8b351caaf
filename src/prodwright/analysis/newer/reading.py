"""Parses a text in newer syntax into a tree of this interpreter."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import partial

from prodwright.analysis.newer.edits import (
    MARKER,
    Edit,
    Placeholder,
    Places,
    applied,
    holds_markers,
    placeholder,
)
from prodwright.analysis.newer.formatted import formatted_parts, merged, pieced_together
from prodwright.analysis.newer.grammar import ALIASING, older_grammar
from prodwright.analysis.newer.scanning import Literal, Unscannable, literals

_NOT_LINE_END = re.compile(r"[^\r\n]")


def parse_newer(text: str) -> ast.Module:
    """Return the tree of `text`, which this interpreter has refused.

    Type parameters are left out, `type X = Y` is an assignment, and a t-string is an
    f-string. Every position is that in `text`.

    Raises:
        SyntaxError: It is no Python that is known here.
    """
    try:
        return _parsed(text)
    except Unscannable as error:
        raise SyntaxError(str(error)) from error


def _parsed(text: str) -> ast.Module:
    if holds_markers(text):
        raise Unscannable("characters for private use")
    found = list(literals(text))
    held = list(_placeholders(text, found))
    grammar = list(older_grammar(_code(text, found)))
    templates = _templates(text, found, held)
    older = applied(text, [*grammar, *templates, *(each.edit for each in held)])
    tree = ast.parse(older)
    places = Places(text)
    _restore(tree, {places.at(each.start): each for each in grammar})
    _fill(tree, places, held)
    return tree


def _code(text: str, found: Iterable[Literal]) -> str:
    """Return `text` with its strings and comments blanked out."""
    return applied(
        text,
        (
            Edit(
                each.start,
                each.end,
                _NOT_LINE_END.sub(" ", text[each.start : each.end]),
            )
            for each in found
        ),
    )


def _placeholders(text: str, found: Iterable[Literal]) -> Iterator[Placeholder]:
    number = 0
    for literal in found:
        if literal.is_formatted and not _is_readable(text, literal):
            yield placeholder(text, literal, number)
            number += 1


def _is_readable(text: str, literal: Literal) -> bool:
    written = text[literal.start : literal.end]
    try:
        ast.parse(_as_older(written, literal))
    except SyntaxError:
        return False
    return True


def _as_older(written: str, literal: Literal) -> str:
    size = len(literal.prefix)
    return written[:size].replace("t", "f").replace("T", "F") + written[size:]


def _templates(
    text: str, found: Iterable[Literal], held: Iterable[Placeholder]
) -> Iterator[Edit]:
    """A t-string is taken for the f-string of the same parts."""
    replaced = {each.literal.start for each in held}
    for literal in found:
        if "t" in literal.prefix and literal.start not in replaced:
            end = literal.start + len(literal.prefix)
            written = _as_older(text[literal.start : end], literal)
            yield Edit(literal.start, end, written)


def _restore(tree: ast.Module, edits: dict[tuple[int, int], Edit]) -> None:
    """Make the tree say what the older grammar was put for."""
    commas = sorted(place for place, edit in edits.items() if edit.text == "|")
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            node.type = _caught(node.type, commas)
        elif isinstance(node, ast.Name) and node.id.startswith(ALIASING):
            edit = edits.get((node.lineno, node.col_offset + len("type")))
            if edit is not None and edit.text[0] == "_":
                size = len("type") + len(edit.text)
                node.id = node.id[size:]
                node.col_offset += size


def _caught(caught: ast.expr, commas: list[tuple[int, int]]) -> ast.expr:
    """Return the tuple that stands for `A | B` where `A, B` was written."""
    parts: list[ast.expr] = []
    left = caught
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.BitOr):
        if not _was_comma(left, commas):
            break
        parts.append(left.right)
        left = left.left
    if not parts:
        return caught
    whole = ast.Tuple(elts=[left, *reversed(parts)], ctx=ast.Load())
    return ast.copy_location(whole, caught)


def _was_comma(node: ast.BinOp, commas: list[tuple[int, int]]) -> bool:
    begun = (node.left.end_lineno or 0, node.left.end_col_offset or 0)
    first = bisect_left(commas, begun)
    ended = (node.right.lineno, node.right.col_offset)
    return first < len(commas) and commas[first] < ended


def _fill(tree: ast.Module, places: Places, held: Iterable[Placeholder]) -> None:
    """Put the f-strings where their placeholders stand."""
    by_marker = {each.marker: each for each in held}
    if not by_marker:
        return
    for node in list(ast.walk(tree)):
        for name, child in ast.iter_fields(node):
            if isinstance(child, list):
                child[:] = [_filled(each, places, by_marker) for each in child]
            else:
                setattr(node, name, _filled(child, places, by_marker))


def _filled(node: object, places: Places, held: dict[str, Placeholder]) -> object:
    match node:
        case ast.JoinedStr(values=parts):
            node.values = merged(
                one for part in parts for one in _split(part, places, held)
            )
            return node
        case ast.Constant(value=str(value)) if MARKER.search(value):
            return pieced_together(_split(node, places, held), node)
        case _:
            return node


def _split(
    part: ast.expr, places: Places, held: dict[str, Placeholder]
) -> Iterator[ast.expr]:
    """Yield `part` with the parts of f-strings in the place of their placeholders."""
    if not isinstance(part, ast.Constant) or not isinstance(part.value, str):
        yield part
        return
    said, at = part.value, 0
    for found in MARKER.finditer(said):
        holder = held[found.group()]
        start = holder.starts(found.start())
        yield ast.copy_location(ast.Constant(value=said[at:start]), part)
        read = partial(_read, places)
        yield from formatted_parts(places.text, holder.literal, part, read)
        at = start + len(holder.value)
    yield ast.copy_location(ast.Constant(value=said[at:]), part)


def _read(places: Places, start: int, end: int) -> ast.expr:
    """Return the expression between two offsets, where it stands."""
    line, column = places.at(start)
    tree = _module(f"({places.text[start:end]}\n)")
    (statement,) = tree.body
    assert isinstance(statement, ast.Expr)
    for node in ast.walk(statement):
        if isinstance(node, ast.expr | ast.keyword | ast.arg):
            _moved(node, line, column - 1)
    return statement.value


def _module(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError:
        return _parsed(text)


def _moved(node: ast.expr | ast.keyword | ast.arg, line: int, column: int) -> None:
    if node.lineno == 1:
        node.col_offset += column
    if node.end_lineno == 1 and node.end_col_offset is not None:
        node.end_col_offset += column
    node.lineno += line - 1
    node.end_lineno = (node.end_lineno or 1) + line - 1
