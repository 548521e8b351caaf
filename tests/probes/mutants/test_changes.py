"""Changes to one function."""

from __future__ import annotations

import ast
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.probes.mutants.changes import mutants_of


def code_of(text: str) -> CodeType:
    module = compile(text, "m.py", "exec")
    return next(each for each in module.co_consts if isinstance(each, CodeType))


def changes(text: str, *lines: int) -> list[tuple[str, int]]:
    return [(what, line) for what, line, _ in mutants_of(text, code_of(text), lines)]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("return a < 1", "< becomes <="),
        ("return a and b", "and and or change places"),
        ("return a + b", "another operator is used"),
        ("return a", "None is returned"),
        ("if a:\n        b()", "the condition is turned round"),
        ("b()", "the call is left out"),
        ("raise ValueError(a)", "nothing is raised"),
        ("return 3", "3 is one more"),
        ("return True", "True is turned round"),
    ],
)
def test_each_kind_of_promise_is_broken(body: str, what: str) -> None:
    assert what in [told for told, _ in changes(f"def f(a, b):\n    {body}\n")]


@pytest.mark.parametrize(
    "body",
    [
        "return None",
        "'words'",
        "logger.info('done %s', 3)",
        "print(3)",
        "return",
        "pass",
    ],
)
def test_what_promises_nothing_is_left_alone(body: str) -> None:
    assert changes(f"def f(a, logger):\n    {body}\n") == []


def test_words_are_nobodys_promise() -> None:
    told = changes("def f(a):\n    raise ValueError(f'{a + 1} is over {3}')\n")

    assert told == [("nothing is raised", 2)]


def test_only_the_lines_in_question_are_changed() -> None:
    text = "def f(a):\n    b = a + 1\n    return b\n"

    assert {line for _, line in changes(text, 3)} == {3}


def test_changes_that_compile_to_the_same_are_one() -> None:
    told = changes("def f(a):\n    return not (a == 1)\n")

    assert len(told) == len(set(told))


@given(st.sampled_from(["+", "-", "*", "//"]), st.integers(0, 9), st.integers(0, 9))
def test_every_change_runs_and_is_another_code(sign: str, one: int, two: int) -> None:
    condition = f"a {sign} {one} > {two}"
    text = f"def f(a):\n    if {condition}:\n        return {one}\n    return a\n"
    own = code_of(text)

    for _, _, code in mutants_of(text, own, ()):
        assert (code.co_code, code.co_consts) != (own.co_code, own.co_consts)
    assert ast.parse(text)
