"""A review that remembers finds what one that remembers nothing finds."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prodwright.adapters.own_code import _stamps
from prodwright.adapters.shelves import Shelf
from prodwright.api.review_memory import ReviewMemory
from prodwright.api.reviewing import ReviewRequest, review
from prodwright.practices import load_principles

HELPERS = (
    "def run(text):\n    return open(text)\n",
    "import os\n\n\ndef run(text):\n    os.system(text)\n",
    "import os\n\n\n# moved down\ndef run(text):\n    os.system(f'ls {text}')\n",
    "from shop.base import run\n",
    "from shop.base import *\n",
    "def run(text):\n    return two(text)\n\n\ndef two(text):\n    return run(text)\n",
    "from shop import helpers\n\nrun = helpers.run\n",
    "def run(text:\n",
    "",
)
BASES = (
    (
        "import sqlite3\n\n\ndef run(text):\n"
        "    sqlite3.connect('a').execute('select ' + text)\n"
    ),
    "def run(text):\n    return int(text)\n",
    (
        "import os\n\n\nclass Base:\n    def go(self, text):\n        os.system(text)\n"
        "def run(text):\n    Base().go(text)\n"
    ),
)
VIEWS = (
    (
        "from flask import Flask, request\n\nfrom shop.helpers import run\n\n"
        "app = Flask(__name__)\n\n\n@app.get('/a')\ndef a():\n"
        "    run(request.args['x'])\n    return ''\n"
    ),
    (
        "from flask import Flask, request\n\nimport shop.helpers\n\n"
        "app = Flask(__name__)\n\n\n@app.get('/a')\ndef a():\n"
        "    shop.helpers.run(request.args['x'])"
        "  # prodwright: allow command-injection -- trusted\n    return ''\n"
    ),
    "from shop import views\n\n\ndef collect(item, seen=[]):\n    return seen\n",
    "try:\n    import shop.helpers\nexcept Exception:\n    pass\n",
)
CONTENT = {
    "shop/__init__.py": ("", "from shop.helpers import run\n"),
    "shop/helpers.py": HELPERS,
    "shop/base.py": (*BASES, *HELPERS[:3]),
    "shop/views.py": VIEWS,
    "app.py": (*VIEWS, *HELPERS),
    "shop/helpers/__init__.py": HELPERS,  # it shadows the module
    "tests/test_shop.py": (
        (
            "from unittest.mock import patch\n\n\n"
            "@patch('shop.base.run')\n@patch('shop.base.run')\n@patch('shop.base.run')\n"
            "def test_it(a, b, c):\n    assert a\n"
        ),
        "import shop\n\n\ndef test_it():\n    assert shop\n",
    ),
}
# Previews are among them: what is remembered must be right for every hazard.
ALL = tuple(each.name for each in load_principles())
EDITS = st.lists(
    st.sampled_from(sorted(CONTENT)).flatmap(
        lambda path: st.tuples(
            st.just(path), st.sampled_from((*CONTENT[path], None, "rename"))
        )
    ),
    min_size=1,
    max_size=4,
)


def told(folder: Path, **more: Any) -> str:
    """Return the whole document of a review, without the time that it took."""
    request = ReviewRequest(
        paths=(), folder=folder, environment={}, with_verdicts=True, only=ALL, **more
    )
    document = review(request).document()
    for stage in document["stages"]:
        del stage["seconds"]
    return json.dumps(document, indent=1)


def edit(folder: Path, path: str, text: str | None) -> None:
    file = folder / path
    if text == "rename":
        if file.exists():
            file.rename(file.with_name(f"other_{file.name}"))
        return
    file.unlink(missing_ok=True)
    if text is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=st.lists(EDITS, min_size=2, max_size=3))
def test_what_is_remembered_changes_nothing(
    rounds: list[list[tuple[str, str | None]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("code")
    memory = ReviewMemory()
    for path in ("shop/__init__.py", "shop/helpers.py", "shop/base.py", "app.py"):
        edit(folder, path, CONTENT[path][1])
    told(folder, memory=memory)

    for edits in rounds:
        for path, text in edits:
            edit(folder, path, text)

        assert told(folder, memory=memory) == told(folder)


@pytest.fixture
def kept(tmp_path: Path) -> dict[str, Any]:
    """What makes a review of `tmp_path / "code"` keep what it finds."""
    code = tmp_path / "code"
    for path, texts in CONTENT.items():
        if path != "shop/helpers/__init__.py":
            edit(code, path, texts[0])
    place = tmp_path / "cache"
    request = {"environment": {"PRODWRIGHT_CACHE_DIR": str(place)}, "keeps": True}
    return {"paths": (), "folder": code, "only": ALL, **request}


def _shelf_of(tmp_path: Path, suffix: str = "records") -> Path:
    (found,) = (tmp_path / "cache" / "reviews").glob(f"*.{suffix}")
    return found


def _found(kept: dict[str, Any]) -> list[str]:
    done = review(ReviewRequest(**kept))
    return [f"{each.path}:{each.line}:{each.hazard}" for each in done.stage.findings]


def test_a_second_process_finds_the_same(kept: dict[str, Any], tmp_path: Path) -> None:
    first = _found(kept)

    assert _found(kept) == first != []
    assert _shelf_of(tmp_path).stat().st_mode & 0o022 == 0


def test_a_file_is_judged_again_only_when_its_bytes_change(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    from prodwright.api import reading

    real = reading.record

    def noting(source: Any, *more: Any, **named: Any) -> Any:
        judged.append(source.path)
        return real(source, *more, **named)

    monkeypatch.setattr(reading, "record", noting)
    _found(kept)
    judged.clear()
    os.utime(kept["folder"] / "app.py")
    edit(kept["folder"], "shop/base.py", "x = 1\n")

    _found(kept)

    assert judged == ["shop/base.py"]


@pytest.mark.parametrize("suffix", ["records", "modules"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-5],
        lambda content: content[:200] + b"\xff" + content[201:],
        lambda content: b"\xdb" * len(content),
    ],
)
def test_a_damaged_shelf_is_ignored(
    kept: dict[str, Any], tmp_path: Path, damage: Any, suffix: str
) -> None:
    first = _found(kept)
    place = _shelf_of(tmp_path, suffix)
    place.write_bytes(damage(place.read_bytes()))
    edit(kept["folder"], "shop/base.py", CONTENT["shop/base.py"][0] + "\n")

    assert _found(kept) == first
    assert _found(kept) == first


def test_a_shelf_that_others_can_write_to_is_not_used(
    kept: dict[str, Any], tmp_path: Path
) -> None:
    _found(kept)
    place = _shelf_of(tmp_path)
    before = place.stat().st_mtime_ns
    place.parent.chmod(0o777)
    edit(kept["folder"], "new.py", "x = 1\n")

    _found(kept)

    assert place.stat().st_mtime_ns == before


def test_a_cache_inside_the_reviewed_code_is_not_used(kept: dict[str, Any]) -> None:
    inside = kept["folder"] / ".cache"

    _found({**kept, "environment": {"PRODWRIGHT_CACHE_DIR": str(inside)}})

    assert not inside.exists(), "a review writes nothing to what it reviews"


def test_another_version_of_ours_is_known_by_more_than_size_and_time(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ours.py"
    file.write_text("MOST = 1\n")
    before, stamps = list(_stamps(str(tmp_path))), file.stat()
    time.sleep(0.02)  # longer than the clock of a file system is coarse
    file.write_text("MOST = 2\n")
    os.utime(file, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))

    assert list(_stamps(str(tmp_path))) != before


def test_nothing_waits_for_another_process_that_writes(
    kept: dict[str, Any], tmp_path: Path
) -> None:
    _found(kept)
    shelf = Shelf(tmp_path / "cache" / "reviews", "other")
    with shelf._lock():  # another process holds it
        edit(kept["folder"], "app.py", HELPERS[1])
        found = _found(kept)

    assert _found(kept) == found


def test_the_oldest_shelves_go(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for number in range(45):
        shelf = Shelf(tmp_path, f"{number:02}")
        shelf.write(([], None), {"a.py": b"module"})
        for each in tmp_path.glob(f"{number:02}.*"):
            os.utime(each, (number, number))

    assert len(list(tmp_path.glob("*.records"))) == 40
    assert Shelf(tmp_path, "00").read() is None
    assert Shelf(tmp_path, "44").read() is not None


def test_stale_modules_are_let_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "a")
    for number in range(20):
        shelf.write(([], None), {"a.py": b"%03d" % number * 100})

    spans, _ = Shelf(tmp_path, "a").read() or ({}, None)

    (modules,) = tmp_path.glob("*.modules")
    assert modules.stat().st_size <= 600
    again = Shelf(tmp_path, "a")
    again.read()
    assert again.module(spans["a.py"]) == b"019" * 100


def test_several_processes_find_what_one_finds(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prodwright.api import reading

    alone = told(kept["folder"])
    monkeypatch.setattr(reading, "_LEAST_SHARED", 2)

    assert told(kept["folder"], jobs=3) == alone


def test_a_process_that_is_killed_costs_no_file(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prodwright.api import reading

    alone, parent, real = told(kept["folder"]), os.getpid(), reading.record

    def dying(*given: Any, **named: Any) -> Any:
        if os.getpid() != parent:
            os._exit(1)
        return real(*given, **named)

    monkeypatch.setattr(reading, "_LEAST_SHARED", 2)
    monkeypatch.setattr(reading, "record", dying)

    assert told(kept["folder"], jobs=3) == alone


def test_a_file_that_vanishes_or_changes_meanwhile_is_no_crash(
    kept: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prodwright.api import reading

    real, left = reading.record, [2]

    def writing(source: Any, *given: Any, **named: Any) -> Any:
        done = real(source, *given, **named)
        if source.path == "app.py" and left[0]:
            left[0] -= 1
            edit(kept["folder"], "app.py", VIEWS[0] + "# x\n" * left[0])
            edit(kept["folder"], "tests/test_shop.py", None)
        return done

    monkeypatch.setattr(reading, "record", writing)
    done = review(ReviewRequest(**kept))

    assert {each.path for each in done.unjudged} <= {"tests/test_shop.py"}
    assert _found(kept) == _found({**kept, "keeps": False})
