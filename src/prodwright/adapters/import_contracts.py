"""Reads the contracts that a project declares for import-linter, and runs it."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prodwright.adapters.environments import Environment
from prodwright.adapters.inside import read_inside
from prodwright.adapters.sandbox import Errand, Sandbox
from prodwright.core.errors import PathRefused, StorageFailed
from prodwright.core.printing import printable

_INI = (".importlinter", "setup.cfg")
_TABLE = "importlinter"
_MOST_BYTES = 1_000_000
_SECONDS = 120.0
_VERDICT = re.compile(r"(?P<name>.+) (?P<verdict>KEPT|BROKEN)(?: \(.*\))?")
_IMPORT = re.compile(r"[-\s]*(?P<importer>[\w.]+) -> [\w.]+ \(l\.(?P<line>\d+)")
# In isolation, so that nothing of the project is taken for the program; its folders
# come last, where its packages are looked up but never run.
_PROGRAM = """
import sys
from importlinter.cli import lint_imports_command
sys.path += sys.argv[1:3]
sys.argv[1:] = ["--no-cache"]
lint_imports_command()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One contract as it is declared.

    Attributes:
        name: As it is reported.
        kind: `layers`, `forbidden`, `independence`, or another.
        values: Its settings; lists as they are, by name.
    """

    name: str
    kind: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One import that a contract forbids.

    Attributes:
        contract: Name of the contract.
        module: That imports.
        line: 1-based.
        says: What is not allowed.
    """

    contract: str
    module: str
    line: int
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRun:
    """What a run of import-linter told.

    Attributes:
        kept: Names of the contracts that are kept.
        broken: Names of those that are not.
        breaches: The imports that break them.
        output: All that was printed.
    """

    kept: frozenset[str]
    broken: frozenset[str]
    breaches: tuple[Breach, ...]
    output: str


def contracts_in(folder: Path) -> tuple[Contract, ...]:
    """Return what a project declares; nothing when it declares nothing readable."""
    for name in _INI:
        found = tuple(_of_ini(_text(folder, name)))
        if found:
            return found
    return tuple(_of_toml(_text(folder, "pyproject.toml")))


def _text(folder: Path, name: str) -> str:
    try:
        return read_inside(folder, name, _MOST_BYTES).decode("utf-8")
    except (PathRefused, StorageFailed, UnicodeDecodeError):
        return ""


def _of_ini(text: str) -> Iterator[Contract]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section in parser.sections():
        if section.startswith(f"{_TABLE}:contract:"):
            values = {
                name: tuple(each.strip() for each in told.splitlines() if each.strip())
                for name, told in parser[section].items()
            }
            yield _contract(values)


def _of_toml(text: str) -> Iterator[Contract]:
    try:
        tools = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return
    table = tools.get(_TABLE, {}) if isinstance(tools, dict) else {}
    for told in table.get("contracts", ()) if isinstance(table, dict) else ():
        if isinstance(told, dict):
            yield _contract({name: _words(each) for name, each in told.items()})


def _words(told: Any) -> tuple[str, ...]:
    return tuple(map(str, told)) if isinstance(told, list) else (str(told),)


def _contract(values: Mapping[str, tuple[str, ...]]) -> Contract:
    name, kind = (" ".join(values.get(each, ())) for each in ("name", "type"))
    return Contract(name=printable(name), kind=kind, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLinter:
    """Runs a project's own import-linter.

    Attributes:
        sandbox: Where it runs.
        environment: Where it is installed.
    """

    sandbox: Sandbox
    environment: Environment

    @property
    def is_installed(self) -> bool:
        """Whether the project's environment has it."""
        return "import-linter" in self.environment.packages()

    def run(self, folder: Path) -> ContractRun:
        """Return which contracts of `folder`, a copy, are kept."""
        command = (str(self.environment.python), "-I", "-c", _PROGRAM)
        done = self.sandbox.run(
            Errand(
                command=(*command, str(folder / "src"), str(folder)),
                folder=folder,
                readable=self.environment.folders,
                environment={},
                timeout_seconds=_SECONDS,
            )
        )
        return _told(done.output)


def _told(output: str) -> ContractRun:
    verdicts = {
        found["name"]: found["verdict"]
        for line in output.splitlines()
        if (found := _VERDICT.fullmatch(line))
    }
    broken = frozenset(name for name, told in verdicts.items() if told == "BROKEN")
    return ContractRun(
        kept=frozenset(verdicts) - broken,
        broken=broken,
        breaches=tuple(_breaches(output, broken)),
        output=output,
    )


def _breaches(output: str, broken: frozenset[str]) -> Iterator[Breach]:
    """Read the last part, in which each contract's name stands above its imports."""
    contract = says = ""
    for line in output.rpartition("Broken contracts")[2].splitlines():
        if line in broken:
            contract = line
        elif line.endswith(":"):
            says = line.removesuffix(":")
        elif contract and line.startswith("-") and (found := _IMPORT.match(line)):
            yield Breach(
                contract=contract,
                module=found["importer"],
                line=int(found["line"]),
                says=says,
            )
