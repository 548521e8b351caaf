"""One walk over a syntax tree, so that sixty checks need not walk it again."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TreeIndex:
    """Nodes by kind, in reading order, and each node's parent.

    Attributes:
        by_kind: Every node of the tree, grouped by its exact class.
        parents: Parent of each node but the module.
    """

    by_kind: dict[type[ast.AST], list[ast.AST]]
    parents: dict[ast.AST, ast.AST]


def index_tree(tree: ast.Module) -> TreeIndex:
    """Return the index of `tree`; depth first, so lists are in reading order."""
    by_kind: dict[type[ast.AST], list[ast.AST]] = {}
    parents: dict[ast.AST, ast.AST] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        by_kind.setdefault(type(node), []).append(node)
        children = list(ast.iter_child_nodes(node))
        for child in children:
            parents[child] = node
        waiting.extend(reversed(children))
    return TreeIndex(by_kind, parents)
