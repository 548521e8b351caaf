"""Annotations as the types they name, however they are written."""

from __future__ import annotations

import ast
from typing import Final

from prodwright.analysis.ir import Node

_NO_TYPE: Final = ("", ())
_LONGEST_TEXT = 200  # characters; longer texts in annotations are no forward references


def annotation(node: ast.expr) -> Node:
    """Return `node` as `(dotted name, arguments)`; see `ir`."""
    match node:
        case ast.Name(id=name):
            return (name, ())
        case ast.Attribute():
            return (_dotted(node), ())
        case ast.Subscript(value=owner, slice=arguments):
            return (annotation(owner)[0], _arguments(arguments))
        case ast.BinOp(op=ast.BitOr()):
            return ("|", _members(node))
        case ast.Constant(value=None):
            return ("None", ())
        case ast.Constant(value=str(text)):
            return _forward(text)
        case _:
            return _NO_TYPE


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _arguments(node: ast.expr) -> tuple[Node, ...]:
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    return tuple(annotation(each) for each in items)


def _members(node: ast.expr) -> tuple[Node, ...]:
    members: list[Node] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        members.append(annotation(node.right))
        node = node.left
    members.append(annotation(node))
    return tuple(reversed(members))


def _forward(text: str) -> Node:
    if len(text) > _LONGEST_TEXT:
        return _NO_TYPE
    try:
        parsed = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _NO_TYPE
    if isinstance(parsed, ast.Constant):  # a text in a text, or a number
        return _NO_TYPE
    return annotation(parsed)
