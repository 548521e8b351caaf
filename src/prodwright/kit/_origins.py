"""Where a value comes from: what a caller gives is not what the code itself says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from prodwright.analysis.source import Function

if TYPE_CHECKING:
    from prodwright.analysis import Source

_REQUEST = re.compile(r"(?i)(.*_)?(request|params|form|cookies|headers|query_params)")
_TEXT_MAKERS = frozenset({"str", "repr", "format", "bytes", "reversed", "sorted"})
# Methods whose result is their object's own content.
_KEEPS = frozenset(
    {
        "get",
        "get_json",
        "json",
        "pop",
        "replace",
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "format",
        "encode",
        "decode",
        "split",
        "rsplit",
        "partition",
        "items",
        "keys",
        "values",
        "getlist",
        "getvalue",
        "copy",
    }
)


def comes_from_caller(source: Source, expression: ast.expr) -> bool:
    """Tell whether a parameter or a request visibly is, or holds, this value.

    Attributes, items, methods and assignments are followed within one function;
    what any other function returns counts as the code's own.
    """
    waiting, seen = [expression], set[str]()
    while waiting:
        following = waiting.pop()
        for name in set(_names(source, following)) - seen:
            seen.add(name)
            if _REQUEST.fullmatch(name) or _is_parameter(source, name, following):
                return True
            waiting.extend(_values(source, name, following))
    return False


def _names(source: Source, expression: ast.expr) -> Iterator[str]:
    """Yield the names that `expression` takes its text from."""
    match expression:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            if _REQUEST.fullmatch(name):
                yield name
        case _:
            for part in _parts(source, expression):
                yield from _names(source, part)


def _parts(source: Source, expression: ast.expr) -> Sequence[ast.expr]:
    match expression:
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            return [value]
        case ast.Await(value=value) | ast.FormattedValue(value=value):
            return [value]
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            follows = method in _KEEPS and not _is_imported(source, value)
            return [value] if follows else []
        case ast.Call(func=ast.Name(id=name), args=[given, *_]) if name in _TEXT_MAKERS:
            return [given]
        case ast.BoolOp(values=values) | ast.JoinedStr(values=values):
            return values
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.IfExp(body=body, orelse=other):
            return [body, other]
        case _:
            return []


def _is_imported(source: Source, value: ast.expr) -> bool:
    """A function of a module; a framework's `request` is imported, but no module."""
    name = source.qualified(value)
    return name is not None and not any(map(_REQUEST.fullmatch, name.split(".")))


def _is_parameter(source: Source, name: str, at: ast.expr) -> bool:
    functions = (each for each in source.ancestors(at) if isinstance(each, Function))
    for function in functions:
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [each for each in (arguments.vararg, arguments.kwarg) if each]
        if any(each.arg == name for each in every):
            return name not in ("self", "cls")
    return False


def _values(source: Source, name: str, at: ast.expr) -> Iterator[ast.expr]:
    """Yield what `name` was assigned here, and what a loop over it goes through."""
    yield from (
        each
        for each in source.names.values_of(name, at)
        if isinstance(source.parent(each), ast.Assign | ast.AnnAssign | ast.NamedExpr)
    )
    for around in source.ancestors(at):
        if isinstance(around, ast.For | ast.AsyncFor) and _binds(around.target, name):
            yield around.iter


def _binds(target: ast.expr, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(target)
    )
