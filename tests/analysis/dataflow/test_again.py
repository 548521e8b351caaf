"""A program is followed anew only where something that counts has changed."""

from __future__ import annotations

import ast
import marshal
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

import pytest

from prodwright.analysis.dataflow import Followed, follow, follow_again
from prodwright.analysis.dataflow.engine import DataFlow
from prodwright.analysis.ir import line_of
from prodwright.analysis.linking import Program, brief
from prodwright.analysis.lowering import lower
from prodwright.analysis.models import load
from prodwright.analysis.module_names import module_name

SHOP = {
    "app.py": """
        from flask import Flask, request
        from shop import run, Store

        app = Flask(__name__)

        @app.get("/a")
        def a():
            run(request.args["x"])

        @app.get("/b")
        def b():
            Store(request.args["x"]).save()
    """,
    "shop.py": """
        import os
        from base import clean

        def run(text):
            os.system(clean(text))

        class Store:
            def __init__(self, text):
                self.text = text

            def save(self):
                os.system(self.text)

        def even(text):
            return odd(text)

        def odd(text):
            os.system(text)
            return even(text)
    """,
    "base.py": """
        def clean(text):
            return text
    """,
    "alone.py": """
        import os
        from flask import request

        def other():
            os.system(request.args["x"])
    """,
}


class Followers:
    """Follows versions of a program, one after the other, and notes what it did."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.followed: set[str] = set()
        self._kept: Any = None
        real = DataFlow._follow

        def noting(engine: DataFlow, node: Any) -> None:
            linked = engine.program.modules[node[1]]
            self.followed.add(f"{node[1]}:{linked.function(node[2]).name}")
            real(engine, node)

        monkeypatch.setattr(DataFlow, "_follow", noting)

    def follow(self, files: Mapping[str, str]) -> Followed:
        """Return what is found, which is what one finds who knows nothing."""
        models = load(["flask"])
        fresh = follow(_program(files), models)
        self.followed.clear()
        found, keep = follow_again(_program(files), models, self._kept)
        self._kept = marshal.loads(marshal.dumps(keep()))  # noqa: S302 - our own
        assert found == fresh
        return found


def _program(files: Mapping[str, str]) -> Program:
    texts = {path: dedent(text) for path, text in files.items()}
    modules = {
        module_name(path): (path, lower(ast.parse(text), module_name(path)))
        for path, text in texts.items()
    }
    return Program(
        [brief(*each) for each in modules.values()],
        lambda name: modules[name][1],
        {name: texts[path].encode() for name, (path, _) in modules.items()},
    )


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> Followers:
    made = Followers(monkeypatch)
    found = made.follow(SHOP)
    places = {(each.path, line_of(each.position)) for each in found.flows}
    assert places == {("shop.py", 6), ("shop.py", 13), ("alone.py", 6)}
    return made


def test_nothing_is_followed_when_nothing_changed(followers: Followers) -> None:
    followers.follow(SHOP)

    assert followers.followed == set()


def test_a_change_without_effect_goes_no_further_than_its_module(
    followers: Followers,
) -> None:
    text = SHOP["base.py"].replace(
        "return text", "text = text\n            return text"
    )

    followers.follow(
        {**SHOP, "base.py": text.replace("def clean(text)", "def clean(text)")}
    )

    assert {each.partition(":")[0] for each in followers.followed} <= {"base", "shop"}
    assert "shop:Store.save" not in followers.followed


def test_a_change_reaches_all_who_rest_on_it(followers: Followers) -> None:
    found = followers.follow(
        {**SHOP, "base.py": SHOP["base.py"].replace("return text", "return int(text)")}
    )

    assert {each.path for each in found.flows} == {"shop.py", "alone.py"}
    assert {"base:clean", "shop:run", "app:a"} <= followers.followed
    assert "alone:other" not in followers.followed


@pytest.mark.parametrize(
    "change",
    [
        {"base.py": None},
        {"shop.py": None},
        {
            "base/__init__.py": "def clean(text):\n    return int(text)\n",
            "base.py": None,
        },
        {"os.py": "def system(text):\n    pass\n"},
        {"new.py": "from shop import Store\n\nclass Mine(Store):\n    pass\n"},
        {"shop.py": "from base import *\n\nrun = clean\n"},
        {"shop.py": "run = print\n\nclass Store:\n    def save(self): pass\n"},
        {"base.py": "from shop import odd as clean\n"},
    ],
)
def test_deletions_renames_and_shadows_are_right(
    followers: Followers, change: dict[str, str | None]
) -> None:
    changed = {**SHOP, **change}
    there = {path: text for path, text in changed.items() if text is not None}

    followers.follow(there)
    followers.follow(SHOP)
