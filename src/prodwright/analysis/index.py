"""One walk over a syntax tree, so that sixty checks need not walk it again."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class TreeIndex:
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
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        by_kind[type(node)].append(node)
        for field in _HOLDING[type(node)]:
            held = getattr(node, field)
            for child in reversed(held) if type(held) is list else (held,):
                if isinstance(child, ast.AST):
                    parents[child] = node
                    waiting.append(child)
    return TreeIndex(dict(by_kind), parents)


def push_children(node: ast.AST, waiting: list[ast.AST]) -> None:
    """Append the children of `node` to a stack, so that the first comes off first."""
    for field in _HOLDING[type(node)]:
        held = getattr(node, field)
        found = reversed(held) if type(held) is list else (held,)
        waiting.extend(each for each in found if isinstance(each, ast.AST))
