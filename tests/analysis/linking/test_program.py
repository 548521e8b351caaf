"""Names across files."""

from __future__ import annotations

import ast
import time
from collections.abc import Mapping

import pytest

from prodwright.analysis.linking import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    VARIABLE,
    Program,
    Reference,
)
from prodwright.analysis.lowering import lower
from prodwright.analysis.module_names import module_name


def program(files: Mapping[str, str]) -> Program:
    return Program.of(
        (
            path,
            lower(
                ast.parse(text),
                module_name(path),
                is_package=path.endswith("__init__.py"),
            ),
        )
        for path, text in files.items()
    )


SHOP = {
    "shop/__init__.py": "from .orders import place\nfrom .orders import Order as O\n",
    "shop/orders.py": (
        "import os.path as p\nfrom requests import get\n"
        "limit = 3\n"
        "def place(): pass\n"
        "class Base:\n  def save(self): pass\n"
        "class Order(Base):\n  def pay(self): self.save()\n  class Meta: pass\n"
    ),
    "shop/stars.py": "from .orders import *\nfrom flask import *\n",
    "shop/closed.py": "__all__ = ['a']\ndef a(): pass\ndef b(): pass\n",
    "shop/open.py": "from shop.closed import *\n",
}
PLACE = (FUNCTION, "shop.orders", 1)
ORDER = (CLASS, "shop.orders", "Order")
SAVE = (FUNCTION, "shop.orders", 2)


@pytest.mark.parametrize(
    ("dotted", "reference"),
    [
        ("shop.orders.place", PLACE),
        ("shop.place", PLACE),
        ("shop.O", ORDER),
        ("shop.O.save", SAVE),
        ("shop.O.Meta", (CLASS, "shop.orders", "Order.Meta")),
        ("shop.orders", (EXTERNAL, "shop.orders")),
        ("shop.orders.limit", (VARIABLE, "shop.orders", "limit")),
        ("shop.orders.p.join", (EXTERNAL, "os.path.join")),
        ("shop.orders.get", (EXTERNAL, "requests.get")),
        ("shop.stars.place", PLACE),
        ("shop.open.a", (FUNCTION, "shop.closed", 1)),
        ("shop.open.b", (EXTERNAL, "shop.open.b")),
        ("shop.nothing", (EXTERNAL, "shop.nothing")),
        ("requests.get", (EXTERNAL, "requests.get")),
    ],
)
def test_a_dotted_name_leads_to_its_definition(
    dotted: str, reference: Reference
) -> None:
    assert program(SHOP).resolve(dotted) == reference


def test_names_are_those_of_the_module_that_uses_them() -> None:
    linked = program(SHOP)

    assert linked.name_in("shop", "O") == ORDER
    assert linked.name_in("shop.orders", "get") == (EXTERNAL, "requests.get")
    assert linked.name_in("shop.orders", "print") is None
    assert linked.dotted_in("shop", "O.pay") == (FUNCTION, "shop.orders", 3)
    assert linked.dotted_in("shop.orders", "p.exists") == (EXTERNAL, "os.path.exists")


def test_calls_on_self_find_inherited_methods() -> None:
    linked = program(SHOP)
    pay = linked.modules["shop.orders"].function(3)

    assert linked.called("shop.orders", pay, "self.save") == SAVE
    assert linked.called("shop.orders", pay, "self.other") is None
    assert linked.called("shop.orders", pay, "place") == PLACE
    assert linked.called("shop.orders", pay, "save") is None


def test_functions_inside_functions_are_found_from_there() -> None:
    text = "def outer():\n  def inner(): pass\n  def user(): inner()\n"
    linked = program({"a.py": text})
    user = linked.modules["a"].function(3)

    assert linked.called("a", user, "inner") == (FUNCTION, "a", 2)


def test_packages_below_another_folder_are_imported_by_their_own_name() -> None:
    linked = program(
        {
            "backend/app/__init__.py": "",
            "backend/app/db.py": "def run(): pass\n",
            "backend/app/api.py": "from app.db import run\n",
        }
    )

    run = (FUNCTION, "backend.app.db", 1)
    assert linked.name_in("backend.app.api", "run") == run


def test_a_name_that_two_packages_share_leads_to_neither() -> None:
    linked = program({f"{top}/app/__init__.py": "x = 1\n" for top in ("one", "two")})

    assert linked.resolve("app.x") == (EXTERNAL, "app.x")
    assert linked.resolve("two.app.x") == (VARIABLE, "two.app", "x")


def test_scripts_import_their_neighbours() -> None:
    linked = program(
        {
            "tools/run.py": "import steps\nfrom steps import go\n",
            "tools/steps.py": "def go(): pass\n",
            "other/run.py": "from steps import go\n",
        }
    )

    assert linked.name_in("tools.run", "go") == (FUNCTION, "tools.steps", 1)
    assert linked.name_in("tools.run", "steps") == (EXTERNAL, "tools.steps")
    assert linked.name_in("other.run", "go") == (EXTERNAL, "steps.go")


def test_classes_know_what_they_derive_from_elsewhere() -> None:
    text = (
        "from django.views import View\nimport a\n"
        "class A(View): pass\nclass B(A, a.Mixin, dict): pass\n"
    )
    linked = program({"views.py": text, "a.py": "class Mixin(B0): pass\n"})

    outside = linked.outside_bases((CLASS, "views", "B"))
    assert outside == {"django.views.View", "dict", "B0"}


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "from b import x\n", "b.py": "from a import x\n"},
        {"a.py": "from b import *\n", "b.py": "from a import *\n"},
        {"a.py": "from a.x import x\n"},
        {"a.py": "from a import x\n"},
        {"a/__init__.py": "from . import x\nfrom .x import *\n"},
        {"a.py": "class x(x): pass\nclass y(z): pass\nclass z(y): pass\n"},
    ],
    ids=["names", "stars", "longer", "itself", "package", "classes"],
)
def test_circles_end(files: Mapping[str, str]) -> None:
    linked = program(files)

    assert linked.resolve("a.x.y")[0] == EXTERNAL
    for name in ("x", "y", "z"):
        found = linked.name_in("a", name)
        if found is not None and found[0] == CLASS:
            assert linked.member(found, "m") is None
            assert linked.outside_bases(found) == frozenset()


def test_long_chains_and_wide_hierarchies_take_no_time() -> None:
    count = 1_000
    files = {f"m{n}.py": f"from m{n + 1} import *\n" for n in range(count)}
    files[f"m{count}.py"] = "def end(): pass\n"
    chain = "".join(f"class C{n + 1}(C{n}): pass\n" for n in range(count))
    wide = ", ".join(f"C{n}" for n in range(count))
    files["classes.py"] = f"class C0:\n  def m(self): pass\n{chain}"
    files["classes.py"] += f"class D({wide}): pass\n"
    linked = program(files)

    started = time.process_time()
    assert linked.resolve("m0.end") == (FUNCTION, f"m{count}", 1)
    for name in (f"C{count}", "D"):
        assert linked.member((CLASS, "classes", name), "m") == (FUNCTION, "classes", 1)
        assert linked.member((CLASS, "classes", name), "n") is None
    assert time.process_time() - started < 1.0
