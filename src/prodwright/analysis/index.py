"""One walk over a syntax tree, so that sixty checks need not walk it again."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import NamedTuple

from prodwright.analysis.depth import deep_recursion

# What never holds a node, or only one that all trees share (`ast.Load()`).
_BARE = frozenset(
    {
        *("arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind"),
        *("level", "module", "op", "ops", "simple", "type_comment", "type_ignores"),
    }
)


def _fields_with_nodes(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return them last first, as a stack takes them."""
    if kind is ast.Constant:
        return ()
    return tuple(name for name in reversed(kind._fields) if name not in _BARE)


_HOLDING = {
    kind: _fields_with_nodes(kind)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}

_FIELDS = {kind: fields[::-1] for kind, fields in _HOLDING.items()}


class TreeIndex(NamedTuple):
    """Nodes by kind, in reading order, and each node's parent.

    Contexts and operators are left out: one object stands for all of a kind.

    Attributes:
        by_kind: Every node of the tree, grouped by its exact class.
        parents: Parent of each node but the module.
    """

    by_kind: dict[type[ast.AST], list[ast.AST]]
    parents: dict[ast.AST, ast.AST]


def index_tree(tree: ast.Module) -> TreeIndex:
    """Return the index of `tree`; depth first, so lists are in reading order."""
    by_kind: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
    parents: dict[ast.AST, ast.AST] = {}
    by_kind[ast.Module].append(tree)
    with deep_recursion():
        _enter(tree, by_kind, parents)
    return TreeIndex(dict(by_kind), parents)


def _enter(
    node: ast.AST,
    by_kind: defaultdict[type[ast.AST], list[ast.AST]],
    parents: dict[ast.AST, ast.AST],
) -> None:
    """Enter all that `node` holds.

    It runs for each node of a project, so it is written out for lists and for single
    nodes. It is no inner function: one that calls itself refers to itself, and would
    keep every tree of a review alive.
    """
    for field in _FIELDS[node.__class__]:
        held = getattr(node, field)
        if held.__class__ is list:
            for child in held:
                kind = child.__class__
                fields = _FIELDS.get(kind)
                if fields is not None:
                    parents[child] = node
                    by_kind[kind].append(child)
                    if fields:
                        _enter(child, by_kind, parents)
        elif held is not None:
            kind = held.__class__
            fields = _FIELDS.get(kind)
            if fields is not None:
                parents[held] = node
                by_kind[kind].append(held)
                if fields:
                    _enter(held, by_kind, parents)


def push_children(node: ast.AST, waiting: list[ast.AST]) -> None:
    """Append the children of `node` to a stack, so that the first comes off first."""
    for field in _HOLDING[type(node)]:
        held = getattr(node, field)
        found = reversed(held) if type(held) is list else (held,)
        waiting.extend(each for each in found if isinstance(each, ast.AST))
