"""Values that nobody can tell apart have one text."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from pathlib import Path

import pytest

from prodwright.probes.races.observing import canonical, files_in, observed, returned


@dataclass
class Point:
    x: int
    lock: object


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2, 3}, {3, 2, 1}),
        (Point(1, threading.Lock()), Point(1, threading.Lock())),
        (object(), object()),
        ([object()], [object()]),
    ],
)
def test_equal_values_are_told_alike(one: object, other: object) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        ([1, 2], [2, 1]),
        (deque([1]), deque([2])),
        (OrderedDict(a=1), OrderedDict(a=2)),
        (Point(1, None), Point(2, None)),
        ("x" * 1000 + "a", "x" * 1000 + "b"),
    ],
)
def test_different_values_are_told_apart(one: object, other: object) -> None:
    assert canonical(one) != canonical(other)


def test_what_holds_itself_ends() -> None:
    ring: list[object] = []
    ring.append(ring)

    assert canonical(ring) == "list[<list>]"


def test_a_database_is_told_by_its_rows(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "db") as db:
        db.execute("create table a (n int)")
        db.execute("insert into a values (7)")
    before = files_in([str(tmp_path)])
    with sqlite3.connect(tmp_path / "db") as db:
        db.execute("insert into a values (8)")

    assert "VALUES(7)" in before["data db"]
    assert files_in([str(tmp_path)]) != before


def test_attributes_are_told_one_by_one() -> None:
    seen = observed({"self": Point(1, None)}, (), ())

    assert seen == {"object self.x": "1", "object self.lock": "None"}


def test_of_an_error_only_the_class_counts() -> None:
    assert returned(0, None, ValueError("x")) == {"call 0": "raises ValueError"}
    assert returned(1, 2, None) == {"call 1": "returns 2"}
