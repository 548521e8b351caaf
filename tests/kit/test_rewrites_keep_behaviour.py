"""What a safe rewrite leaves alone: whatever a program could tell from what was."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodwright.analysis import Source
from prodwright.kit.rewriting import rewritten
from prodwright.practices import load_hazards

HAZARDS = {each.name: each for each in load_hazards()}


def after(name: str, text: str) -> str:
    return rewritten(Source(path="m.py", text=dedent(text)), HAZARDS[name]).text


@pytest.mark.parametrize(
    "text",
    [
        """
        def f(*list):
            list = list + (1,)
            return list
        """,
        """
        def f(**dict):
            dict = {**dict}
            return dict
        """,
        """
        def f(x):
            sum = x
            class Counter:
                def sum(self):
                    return 1
            return Counter().sum() + sum
        """,
        """
        def f(x):
            max = x
            return f"{max=}"
        """,
        """
        def f(p):
            max = 1
            match p:
                case Point(max=other):
                    return max + other
        """,
        """
        def f(x):
            from operator import abs
            abs = abs(x)
            return abs
        """,
    ],
)
def test_a_name_that_others_read_keeps_its_spelling(text: str) -> None:
    assert after("shadowed-builtin", text) == dedent(text)


@pytest.mark.parametrize(
    "call",
    [
        "all([save(each) for each in rows])",
        "any([each for each in rows if log.append(each)])",
        "any([(last := each) for each in rows])",
        "sum([next(rows) for _ in range(3)])",
        "max([rows.__next__() for _ in range(3)])",
        "sum([super().size for _ in range(3)])",
    ],
)
def test_a_list_stays_where_a_generator_would_do_something_else(call: str) -> None:
    assert after("needless-list", f"done = {call}\n") == f"done = {call}\n"


def test_a_list_whose_items_do_nothing_becomes_a_generator() -> None:
    text = after("needless-list", "any([name.endswith(end) for end in ends])\n")
    assert text == "any(name.endswith(end) for end in ends)\n"
