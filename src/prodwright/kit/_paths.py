"""How many ways lead through a function."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodwright.analysis import Source

_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.match_case,
    ast.BoolOp,
)


def branches_by_function(source: Source) -> Counter[ast.AST | None]:
    """Return how many branches each function has; one more way leads through it.

    Source: McCabe, A Complexity Measure (1976).
    """
    branches: Counter[ast.AST | None] = Counter()
    for node in source.nodes(*_BRANCHES):
        ways = len(node.values) - 1 if isinstance(node, ast.BoolOp) else 1
        branches[source.function_of(node)] += ways
    return branches
