"""Files of one review, and the names of their modules."""

from __future__ import annotations

import pytest

from prodwright.analysis import Project, Source
from prodwright.analysis.project import module_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("shop/orders.py", "shop.orders"),
        ("src/shop/orders.py", "shop.orders"),
        ("shop/__init__.py", "shop"),
        ("src/shop/__init__.py", "shop"),
        ("app.py", "app"),
        ("lib/src/shop.py", "lib.src.shop"),
    ],
)
def test_a_module_is_named_after_its_path(path: str, name: str) -> None:
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("path", "runs"),
    [
        ("shop/orders.py", True),
        ("shop/contest.py", True),
        ("tests/helpers.py", False),
        ("shop/test_orders.py", False),
        ("shop/orders_test.py", False),
        ("conftest.py", False),
        ("docs/conf.py", False),
        ("shop/migrations/0001_initial.py", False),
        ("examples/demo.py", False),
    ],
)
def test_only_what_runs_in_production_is_production(path: str, runs: bool) -> None:  # noqa: FBT001
    project = Project(sources=(Source(path=path, text=""),))

    assert bool(list(project.production())) is runs


def test_modules_are_found_by_name() -> None:
    orders = Source(path="src/shop/orders.py", text="")

    assert Project(sources=(orders,)).modules == {"shop.orders": orders}
