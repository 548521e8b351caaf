"""Values that have no other, and models that are changed in place."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel, Field

from prodwright.probes.children import in_child
from prodwright.probes.mutants.changes import mutants_of
from prodwright.probes.red_first.values import value_mutants


def module_holding(**values: object) -> ModuleType:
    module = ModuleType(__name__)
    vars(module).update(values)
    return module


def described(module: ModuleType) -> list[str]:
    return [what for what, _ in value_mutants(module)]


def test_what_has_no_other_value_is_left_alone() -> None:
    class Pool:
        names: tuple[str, ...] = ()

        def get(self, wait: None = None, *, most: None = None) -> None: ...

    module = module_holding(NOTHING=(), Pool=Pool, sys=sys, load=module_holding)

    assert described(module) == []


def test_a_model_and_its_subclasses_change_together() -> None:
    class Order(BaseModel):
        count: int = Field(default=1, lt=5)
        note: str | None = None

    class Paid(Order): ...

    class Late(Order):
        count: int = Field(default=2, lt=5)

    applied = dict(value_mutants(module_holding(Order=Order)))
    for apply in applied.values():
        apply()

    assert [*applied] == ["Order.count unconstrained", "Order.count default"]
    assert Paid().count == 3
    assert Paid(count=9).count == 9
    assert Late(count=9).count == 9


def test_truth_is_turned_round_and_lost_closures_are_left_out() -> None:
    code = "def outer(note):\n    def inner():\n        note(1)\n        return True\n"
    code += "    return inner\n"
    namespace: dict[str, object] = {}
    exec(compile(code, "shop.py", "exec"), namespace)  # noqa: S102 - our own text
    inner = namespace["outer"](print)  # type: ignore[operator]

    mutants = mutants_of(code, inner.__code__, of_tests=True)
    told = {(what, line): changed for what, line, changed in mutants}
    inner.__code__ = told["True is turned round", 4]

    assert inner() is False
    assert {what for what, line in told if line == 3} == {"1 is one more"}


def test_a_long_answer_of_a_child_arrives_whole() -> None:
    answer = {"text": "}" * 200_000}

    assert in_child(lambda: answer, 20.0) == answer


@pytest.mark.parametrize("work", [lambda: {1}, lambda: 1 / 0])
def test_a_child_that_cannot_answer_says_nothing(
    work: Callable[[], dict[str, Any]],
) -> None:
    assert in_child(work, 20.0) is None


def test_what_a_child_leaves_running_holds_nobody_up() -> None:
    def work() -> dict[str, Any]:
        if os.fork() == 0:
            os.setsid()
            time.sleep(30)
            os._exit(0)
        return {"done": True}

    started = time.monotonic()

    assert in_child(work, 20.0) == {"done": True}
    assert time.monotonic() - started < 10.0
