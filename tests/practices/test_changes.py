"""Hazards of a change, and those that only several files show."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from prodwright.analysis import Project, Source
from prodwright.kit.judging import judge, judge_change
from prodwright.practices import find_hazard

TESTS = "tests/test_shop.py"
TWO = "def test_one():\n    assert one()\n\n\ndef test_two():\n    assert two()\n"
ONE = "def test_one():\n    assert one()\n"


def project(files: Mapping[str, str]) -> Project:
    sources = (Source(path=path, text=text) for path, text in files.items())
    return Project(sources=tuple(sources))


def losses(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    hazards = (find_hazard("test-weakened"),)
    found = judge_change(project(before), project(after), hazards)
    return [each.message for each in found]


def test_a_test_that_was_removed_is_named() -> None:
    assert losses({TESTS: TWO}, {TESTS: ONE}) == ["test_two was removed"]


def test_a_file_of_tests_that_was_removed_is_named() -> None:
    assert losses({TESTS: ONE}, {}) == ["test_one was removed"]


def test_a_test_may_move_to_another_file() -> None:
    assert losses({TESTS: TWO}, {"tests/test_new.py": TWO}) == []


@pytest.mark.parametrize("comment", ["# noqa", "# type: ignore", "# pragma: no cover"])
def test_each_check_that_is_newly_silenced_counts(comment: str) -> None:
    silenced = f"a = 1  {comment}\nb = 2  {comment}\n"

    assert losses({"a.py": f"a = 1  {comment}\n"}, {"a.py": silenced}) == [
        "1 more checks silenced"
    ]


def test_words_in_a_string_silence_nothing() -> None:
    assert losses({"a.py": "a = 1\n"}, {"a.py": "a = '# noqa'\n"}) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("places=3", "places=2"), ("delta=1", "delta=2"), ("rel=-1", "rel=1")],
)
def test_a_wider_tolerance_is_a_loss(before: str, after: str) -> None:
    test = "def test_fee(self):\n    self.assertAlmostEqual(fee(), 1, {})\n"

    assert losses({TESTS: test.format(before)}, {TESTS: test.format(after)}) == [
        "test_fee tolerates more than before"
    ]
    assert losses({TESTS: test.format(after)}, {TESTS: test.format(before)}) == []


def test_a_tolerance_from_elsewhere_is_not_judged() -> None:
    test = "def test_fee():\n    assert fee() == approx(1, abs={})\n"

    assert losses({TESTS: test.format("1")}, {TESTS: test.format("LIMIT")}) == []


@pytest.mark.parametrize(
    ("orders", "bills"),
    [
        ("from . import bills\n", "from . import orders\n"),
        ("from .bills import pay\n", "from shop.orders import place\n"),
        ("from ..shop import bills\n", "import shop.orders\n"),
    ],
)
def test_relative_imports_close_a_cycle_too(orders: str, bills: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": orders,
        "shop/bills.py": bills,
    }

    found = judge(project(files), (find_hazard("import-cycle"),))

    assert len(found) == 1
    assert "shop.orders" in found[0].message
    assert "shop.bills" in found[0].message
