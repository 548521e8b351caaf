"""Values that have no other, and models that are changed in place."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from pydantic import BaseModel, Field

from prodwright.gate.red_first.children import in_child
from prodwright.gate.red_first.mutants import mutants_of
from prodwright.gate.red_first.values import value_mutants


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

    mutants = dict(mutants_of(code, "shop.py", inner.__code__))
    inner.__code__ = mutants["constant changed in line 4"]

    assert inner() is False
    assert {what for what in mutants if "line 3" in what} == {
        "constant changed in line 3"
    }


def test_a_long_answer_of_a_child_arrives_whole() -> None:
    answer = {"text": "}" * 200_000}

    assert in_child(lambda: answer, 20.0) == answer


@pytest.mark.parametrize("work", [lambda: {1}, lambda: 1 / 0])
def test_a_child_that_cannot_answer_says_nothing(work: object) -> None:
    assert in_child(work, 20.0) == {
        "passed": False,
        "why": "the child hung or crashed",
    }
