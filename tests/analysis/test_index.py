"""One walk finds every node, in reading order, with its parent."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from prodwright.analysis.index import index_tree

SHARED = (ast.expr_context, ast.operator)
NESTED = """
def outer(a):
    def inner():
        return [x for x in (first(), second())]
    return inner
third()
"""


def test_nodes_of_one_kind_are_in_reading_order() -> None:
    index = index_tree(ast.parse(NESTED))

    calls = [ast.unparse(node) for node in index.by_kind[ast.Call]]
    assert calls == ["first()", "second()", "third()"]


def test_every_node_but_the_module_has_its_parent() -> None:
    tree = ast.parse(NESTED)
    index = index_tree(tree)

    assert tree not in index.parents
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, SHARED):  # one object for all, by the parser
                assert index.parents[child] is node


@given(st.lists(st.sampled_from(["f(x)", "a = g(h(1))", "if p(): q()"]), max_size=8))
def test_no_node_is_lost(lines: list[str]) -> None:
    tree = ast.parse("\n".join(lines))
    index = index_tree(tree)

    found = sum(len(nodes) for nodes in index.by_kind.values())
    own = (node for node in ast.walk(tree) if not isinstance(node, SHARED))
    assert found == sum(1 for _ in own)


def test_patterns_and_what_has_gaps_lose_no_node() -> None:
    text = "match p:\n  case {'a': 1, **rest} | P(x=(2 | None)): f(**a, b=lambda: 3)\n"
    tree = ast.parse(text)
    index = index_tree(tree)

    walked = {node for node in ast.walk(tree) if not isinstance(node, SHARED)}
    assert {node for nodes in index.by_kind.values() for node in nodes} == walked
