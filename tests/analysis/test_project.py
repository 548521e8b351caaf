"""Files of one review, and the names of their modules."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from prodwright.analysis import Project, Source
from prodwright.analysis.module_names import module_name


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


@pytest.mark.parametrize(
    "path",
    [
        *("a.py", "src/a/b.py", "a/__init__.py", "src/__init__.py", ".py", "a.b.py"),
        *("a//b.py", "./a.py", "../a.py", "/a/b.py", "a", "a.pyi", "a/.py", "a..py"),
    ],
)
def test_a_module_is_named_as_its_path_is_divided(path: str) -> None:
    parts = list(PurePosixPath(path).with_suffix("").parts)
    parts = parts[1:] if parts[:1] == ["src"] else parts
    parts = parts[:-1] if parts[-1:] == ["__init__"] else parts

    assert module_name(path) == ".".join(parts)
