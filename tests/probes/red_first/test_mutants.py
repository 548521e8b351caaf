"""Automatic mutants: of functions, of values, in turns, in children."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from prodwright.probes.children import in_child
from prodwright.probes.mutants.changes import mutants_of
from prodwright.probes.red_first.turns import Replayed, in_turns
from prodwright.probes.red_first.values import changed, value_mutants

CODE = """
import os


def fee(cents, *, seen=None):
    if cents < 0:
        raise ValueError(cents)
    note(seen)
    return 30 if cents == 0 else cents


class Till:
    def open(self):
        return 'open'
"""


def compiled(name: str) -> Any:
    namespace: dict[str, Any] = {"note": lambda seen: seen.append(1)}
    exec(compile(CODE, "shop.py", "exec"), namespace)  # noqa: S102 - our own text
    return namespace[name]


def described(function: FunctionType) -> list[tuple[str, int]]:
    mutants = mutants_of(CODE, function.__code__, of_tests=True)
    return [(what, line) for what, line, _ in mutants]


def test_what_tests_notice_most_often_comes_first() -> None:
    kinds = [what for what, _ in described(compiled("fee"))]

    assert kinds[:2] == ["the condition is turned round"] * 2
    assert kinds[-1].endswith("is one more")
    assert "the call is left out" in kinds


def test_a_mutant_behaves_differently() -> None:
    fee = compiled("fee")
    mutants = mutants_of(CODE, fee.__code__, of_tests=True)
    told = {what: code for what, line, code in mutants if line == 9}

    fee.__code__ = told["None is returned"]

    assert fee(5, seen=[]) is None


def test_methods_are_found_by_their_line_and_words_are_changed() -> None:
    method = compiled("Till").open

    assert described(method) == [("None is returned", 14), ("words are changed", 14)]


def test_what_is_not_in_the_text_has_no_mutants() -> None:
    assert described(compiled("note")) == []


def module_of(code: str) -> ModuleType:
    module = ModuleType("limits_under_test")
    sys.modules[module.__name__] = module
    exec(compile(code, "limits.py", "exec"), vars(module))  # noqa: S102 - our own text
    return module


@pytest.fixture
def limits() -> Iterator[ModuleType]:
    code = (
        "MOST = 10\n"
        "def bounded(size=3, *, name='x'):\n    return size, name\n"
        "class Pool:\n    size = 4\n    def get(self, wait=2):\n        return wait\n"
    )
    yield module_of(code)
    del sys.modules["limits_under_test"]


def test_constants_defaults_and_attributes_are_changed_in_place(
    limits: ModuleType,
) -> None:
    described = [what for what, _ in value_mutants(limits)]
    for _, apply in list(value_mutants(limits)):
        apply()

    assert len(described) == 5
    assert limits.MOST == 21
    assert limits.bounded() == (7, "x~")
    assert limits.Pool.size == 9
    assert limits.Pool().get() == 5


def test_a_constant_changes_in_every_module_that_holds_it(limits: ModuleType) -> None:
    limits.MOST = value = ("a", "b")
    other = ModuleType("user_of_limits")
    other.MOST = value  # type: ignore[attr-defined]
    sys.modules["user_of_limits"] = other
    try:
        dict(value_mutants(limits))["MOST changed"]()
    finally:
        del sys.modules["user_of_limits"]

    assert other.MOST == ("b",)


class Body(BaseModel):
    """A model whose constraint and default are mutants."""

    name: str = Field(default="x", max_length=3)


def test_the_fields_of_models_lose_their_constraints() -> None:
    module = ModuleType(Body.__module__)
    module.Body = Body  # type: ignore[attr-defined]
    applied = dict(value_mutants(module))

    def work() -> dict[str, Any]:
        applied["Body.name unconstrained"]()
        return {"name": Body(name="too long").name}

    assert in_child(work, 20.0) == {"name": "too long"}
    with pytest.raises(ValidationError):
        Body(name="too long")


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (True, False),
        (3, 7),
        (0.5, 2.0),
        ("a", "a~"),
        (b"a", b"a~"),
        ((1, 2), (2,)),
        ((), None),
        (None, None),
    ],
)
def test_a_value_becomes_another_of_its_kind(value: object, other: object) -> None:
    assert changed(value) == other


def test_sources_take_turns_and_can_be_gone_on_with() -> None:
    sources = [iter("abc"), iter("x")]

    assert list(in_turns(sources, rounds=1)) == ["a", "x"]
    assert list(in_turns(sources)) == ["b", "c"]


def test_what_was_computed_once_is_replayed() -> None:
    asked: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3):
            asked.append(number)
            yield number

    replayed = Replayed(numbers())

    assert next(iter(replayed)) == 0
    assert asked == [0]
    assert list(replayed) == [0, 1, 2] == list(replayed)
    assert asked == [0, 1, 2]


def test_what_a_child_changes_is_gone_with_it(tmp_path: Path) -> None:
    state = {"n": 1}

    def work() -> dict[str, Any]:
        state["n"] = 2
        return {"seen": state["n"], "pid": os.getpid()}

    answer = in_child(work, 20.0)

    assert answer is not None
    assert answer["seen"] == 2
    assert answer["pid"] != os.getpid()
    assert state == {"n": 1}


def test_a_child_that_hangs_is_ended_and_says_nothing() -> None:
    started = time.monotonic()

    def work() -> dict[str, Any]:
        time.sleep(60)
        return {}

    answer = in_child(work, 0.5)

    assert answer is None
    assert time.monotonic() - started < 20.0


def test_a_child_that_crashes_says_nothing() -> None:
    def work() -> dict[str, Any]:
        raise KeyError("crash")

    assert in_child(work, 20.0) is None
