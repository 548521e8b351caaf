"""Declared contracts are read from each place, and what is printed is not trusted."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.import_contracts import Breach, ImportLinter, contracts_in
from prodwright.adapters.sandbox import Completed, Errand

LAYERS = ("web", "rules")
INI = """[importlinter:contract:a]
name = Down
type = layers
layers =
    web
    rules
"""
TOML = """[[tool.importlinter.contracts]]
name = "Down"
type = "layers"
layers = ["web", "rules"]
"""
PRINTED = """
Down KEPT (2 ignored imports)
Apart BROKEN

Contracts: 1 kept, 1 broken.

----------------
Broken contracts
----------------

Apart
-----

shop.a is not allowed to import shop.b:

-   shop.a -> shop.c (l.7)
    shop.c -> shop.b (l.9)

"""


class Scripted:
    """A sandbox in which a program prints what it likes."""

    isolation = "none"

    def __init__(self, output: str) -> None:
        self._output = output

    def run(self, errand: Errand) -> Completed:
        assert "-I" in errand.command
        return Completed(code=1, output=self._output, timed_out=False)


def linter(output: str) -> ImportLinter:
    python = Environment(python=Path("/usr/bin/python3"), folders=(), key="")
    return ImportLinter(sandbox=Scripted(output), environment=python)


@pytest.mark.parametrize(
    ("name", "text"),
    [(".importlinter", INI), ("setup.cfg", INI), ("pyproject.toml", TOML)],
)
def test_contracts_are_read_where_they_are_declared(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)

    (contract,) = contracts_in(tmp_path)

    assert (contract.name, contract.kind) == ("Down", "layers")
    assert contract.values["layers"] == LAYERS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".importlinter", "no section\n"),
        ("pyproject.toml", "[[[\n"),
        ("pyproject.toml", "[tool]\nimportlinter = 3\n"),
        ("pyproject.toml", "tool = 3\n"),
        ("pyproject.toml", "[tool.importlinter]\ncontracts = [3]\n"),
        ("setup.cfg", "\0"),
    ],
)
def test_what_cannot_be_read_declares_nothing(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)

    assert contracts_in(tmp_path) == ()


def test_verdicts_and_their_imports_are_read(tmp_path: Path) -> None:
    run = linter(PRINTED).run(tmp_path)

    assert (run.kept, run.broken) == ({"Down"}, {"Apart"})
    says = "shop.a is not allowed to import shop.b"
    assert run.breaches == (
        Breach(contract="Apart", module="shop.a", line=7, says=says),
    )


def test_a_program_that_prints_nothing_keeps_nothing(tmp_path: Path) -> None:
    run = linter("").run(tmp_path)

    assert run.kept | run.broken == frozenset()
