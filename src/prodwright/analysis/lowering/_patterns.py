"""Patterns of `match` as what they compare with and the names they bind."""

from __future__ import annotations

import ast

from prodwright.analysis import ir
from prodwright.analysis.ir import Node
from prodwright.analysis.lowering._expressions import lower_expression
from prodwright.analysis.lowering._state import State


def lower_pattern(state: State, pattern: ast.pattern) -> Node:
    """Return `pattern` in the compact form."""
    match pattern:
        case ast.MatchValue(value=value):
            return (ir.EQUALS, lower_expression(state, value))
        case ast.MatchSingleton(value=value):
            return (ir.EQUALS, (ir.CONSTANT, value))
        case ast.MatchOr(patterns=choices):
            return (ir.ANY_OF, tuple(lower_pattern(state, each) for each in choices))
        case ast.MatchAs(pattern=inner, name=name):
            within = None if inner is None else lower_pattern(state, inner)
            return (ir.CAPTURE, name, within)
        case _:
            return (ir.SHAPE, tuple(_bound(pattern)))


def _bound(pattern: ast.pattern) -> list[str]:
    names: dict[str, None] = {}
    for node in ast.walk(pattern):
        match node:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names[name] = None
            case ast.MatchMapping(rest=str(name)):
                names[name] = None
    return list(names)
