"""One walk finds every node, in reading order, with its parent."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from prodwright.analysis.index import index_tree

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
            if not isinstance(child, ast.expr_context):  # shared by the parser
                assert index.parents[child] is node


@given(st.lists(st.sampled_from(["f(x)", "a = g(h(1))", "if p(): q()"]), max_size=8))
def test_no_node_is_lost(lines: list[str]) -> None:
    tree = ast.parse("\n".join(lines))
    index = index_tree(tree)

    found = sum(len(nodes) for nodes in index.by_kind.values())
    assert found == sum(1 for _ in ast.walk(tree))
