"""One file and what is derived from it."""

from __future__ import annotations

import ast

import pytest

from prodwright.analysis import Source
from prodwright.core.errors import UnreadableSource


def source(text: str) -> Source:
    return Source(path="shop/orders.py", text=text)


def test_a_syntax_error_names_the_file_and_the_line() -> None:
    with pytest.raises(UnreadableSource, match=r"shop/orders\.py:2"):
        _ = source("x = 1\ny = = 2\n").tree


def test_a_null_byte_is_unreadable_and_no_crash() -> None:
    with pytest.raises(UnreadableSource):
        _ = source("x = 1\0").tree


def test_lines_split_where_python_splits_them() -> None:
    assert source("a = '\x0c'\r\nb = '\u2028'\rc").lines == [
        "a = '\x0c'",
        "b = '\u2028'",
        "c",
    ]


def test_the_function_around_a_node_is_the_innermost() -> None:
    read = source("def outer():\n    def inner():\n        call()\n")
    (call,) = read.nodes(ast.Call)

    function = read.function_of(call)

    assert function is not None
    assert function.name == "inner"


def test_imports_are_asked_for_by_top_level_module() -> None:
    read = source("from xml.etree import ElementTree as ET\nfrom . import requests\n")

    assert read.imports("xml")
    assert not read.imports("requests", "ET")


def written(calls: list[ast.Call]) -> list[str]:
    return [ast.unparse(call) for call in calls]


def test_calls_are_found_by_what_they_call_in_reading_order() -> None:
    read = source(
        "import os\nfrom os import system as run\n"
        "run(1)\nos.popen(2)\nother.system(3)\nos.system(4)\n"
    )

    assert written(read.calls_to({"os.system"})) == ["run(1)", "os.system(4)"]
    assert written(read.calls_to({"os.system", "os.popen"})) == [
        "run(1)",
        "os.popen(2)",
        "os.system(4)",
    ]
    assert read.calls_to({"os"}) == []


def test_calls_are_found_by_a_rule_for_their_names() -> None:
    read = source("import os, sys\nsys.exit(1)\nos.remove(2)\nx.y(3)\nos.stat(4)\n")

    found = read.calls_where(lambda name: name.startswith("os."))

    assert written(found) == ["os.remove(2)", "os.stat(4)"]


def test_calls_are_found_by_their_last_word_whatever_it_stands_for() -> None:
    read = source("commit(1)\na.b.commit(2)\nf().commit(3)\ncommit()(4)\nstart(5)\n")

    assert written(read.calls_by_word("commit")) == [
        "commit(1)",
        "a.b.commit(2)",
        "f().commit(3)",
        "commit()",
    ]


def test_what_is_nested_too_deeply_is_unreadable_and_no_crash() -> None:
    with pytest.raises(UnreadableSource, match=r"a\.py") as caught:
        _ = Source(path="a.py", text="-" * 200_000 + "1").tree

    assert caught.value.hint
