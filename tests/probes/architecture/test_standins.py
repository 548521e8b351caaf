"""A stand-in does for code what is promised, and for tests everything."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from prodwright.probes.architecture.standins import (
    DependencyGone,
    Manner,
    Reach,
    Role,
    is_stand_in,
    stand_in,
)

THIS = __file__


class Store:
    """A dependency with a little of everything."""

    def __init__(self) -> None:
        self._rows = [3]
        self.size = 1

    def first(self) -> int:
        return self._rows[0]

    def __len__(self) -> int:
        return self.size

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.size = 0


def made(
    manner: Manner = Manner.STRICT,
    *,
    promised: frozenset[str] | None = None,
    declared: type | None = None,
    is_code: bool = True,
) -> tuple[Any, Store, list[Reach]]:
    """Return a stand-in, what it hides, and what is told of its use here."""
    reaches: list[Reach] = []
    role = Role(
        owner="Shop",
        path=THIS,
        parameter="store",
        declared=declared,
        promised=promised,
        friends=frozenset(),
        manner=manner,
    )
    store = Store()
    judged = stand_in(
        store, role, lambda path: is_code and path == THIS, reaches.append
    )
    return judged, store, reaches


def test_what_is_public_is_passed_on() -> None:
    standing, store, reaches = made()

    standing.size = 2
    with standing as inner:
        assert inner is store
        assert (standing.first(), len(standing)) == (3, 2)

    assert store.size == 0
    assert not reaches


def test_what_is_private_is_told_and_refused() -> None:
    standing, _, reaches = made()

    with pytest.raises(AttributeError, match="no attribute '_rows'"):
        standing._rows  # noqa: B018

    assert [(each.name, each.path) for each in reaches] == [("_rows", THIS)]


def test_what_is_not_promised_is_refused() -> None:
    standing, _, reaches = made(promised=frozenset({"first"}))

    assert standing.first() == 3
    with pytest.raises(AttributeError):
        standing.size = 2

    assert [each.name for each in reaches] == ["size"]


def test_a_lenient_one_tells_and_allows() -> None:
    standing, _, reaches = made(Manner.LENIENT)

    assert standing._rows == [3]
    assert isinstance(standing, Store)
    assert [each.name for each in reaches] == ["_rows", "__class__"]


def test_a_strict_one_is_of_the_declared_class_only() -> None:
    undeclared, _, reaches = made()
    declared, _, _ = made(declared=Store)

    assert not isinstance(undeclared, Store)
    assert isinstance(declared, Store)
    assert [each.name for each in reaches] == ["__class__"]


def test_a_dead_one_answers_nothing() -> None:
    standing, _, _ = made(Manner.DEAD)

    with pytest.raises(DependencyGone, match="store of Shop"):
        standing.first()
    with pytest.raises(DependencyGone):
        len(standing)


def test_whoever_is_not_under_test_has_all_of_it() -> None:
    standing, store, reaches = made(Manner.DEAD, is_code=False)

    assert standing._rows == [3]
    assert isinstance(standing, Store)
    assert standing == store
    assert hash(standing) == hash(store)
    assert isinstance(copy.deepcopy(standing), Store)
    assert not reaches


def test_a_stand_in_is_known_as_one() -> None:
    standing, store, _ = made()

    assert is_stand_in(standing)
    assert not is_stand_in(store)
    assert repr(standing) == repr(store)
