"""For each kind of contract an import is found that it forbids."""

from __future__ import annotations

import pytest

from prodwright.adapters.import_contracts import Contract
from prodwright.gate.dynamic.planted_imports import forbidden_import

MODULES = ("shop", "shop.web", "shop.rules", "shop.rules.prices", "shop.store")
Values = dict[str, tuple[str, ...]]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            "layers",
            {"containers": ("shop",), "layers": ("web", "rules | store")},
            ("shop.rules", "shop.web"),
        ),
        (
            "layers",
            {"layers": ("(shop.gone)", "shop.web", "shop.store")},
            ("shop.store", "shop.web"),
        ),
        (
            "forbidden",
            {"source_modules": ("shop.rules",), "forbidden_modules": ("socket",)},
            ("shop.rules", "socket"),
        ),
        ("independence", {"modules": ("shop.*",)}, ("shop.web", "shop.rules")),
    ],
)
def test_an_import_is_named(
    kind: str, values: Values, expected: tuple[str, str]
) -> None:
    contract = Contract(name="it", kind=kind, values=values)

    assert forbidden_import(contract, MODULES) == expected


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("acyclic_siblings", {"ancestors": ("shop",)}),
        ("layers", {"containers": ("shop",), "layers": ("web", "gone")}),
        ("layers", {}),
        ("forbidden", {"source_modules": ("shop",), "forbidden_modules": ("*",)}),
        ("independence", {"modules": ("shop.rules", "shop.rules.prices")}),
    ],
)
def test_where_none_is_sure_none_is_named(kind: str, values: Values) -> None:
    assert (
        forbidden_import(Contract(name="it", kind=kind, values=values), MODULES) is None
    )
