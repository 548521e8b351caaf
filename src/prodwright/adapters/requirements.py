"""What a project says it needs, and what may be asked of a package registry."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.markers import InvalidMarker, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from prodwright.adapters.inside import read_inside
from prodwright.core.errors import ConfigurationInvalid, PathRefused

_MOST_CHARACTERS = 300
_MOST_BYTES = 1_000_000
_HINT = "name a package of the registry, e.g. httpx>=0.27"
_SETUP_WORDS = ("install_requires", "extras_require")
_LOCK = re.compile(r"requirements[\w.-]*\.(?:txt|in|lock)")
_OPTION = re.compile(r"\s(?:#|--?[A-Za-z]).*", re.S)


def valid_requirement(text: str) -> Requirement:
    """Return what `text` asks a registry for: a name, extras, versions, a marker.

    Raises:
        ConfigurationInvalid: It is an option, a path, an address, or malformed.
    """
    shown = ascii(text[:_MOST_CHARACTERS])
    try:
        requirement = Requirement(text) if len(text) <= _MOST_CHARACTERS else None
    except InvalidRequirement as error:
        raise ConfigurationInvalid(f"{shown} is no requirement", hint=_HINT) from error
    if requirement is None or not text.isprintable():
        raise ConfigurationInvalid(f"{shown} is no requirement", hint=_HINT)
    if requirement.url or any(e.operator == "===" for e in requirement.specifier):
        raise ConfigurationInvalid(
            f"{shown} does not name versions of a registry", hint=_HINT
        )
    return requirement


def asked_of_registry(requirement: Requirement) -> str:
    """Return the requirement as a registry is asked; its marker is decided before."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{canonicalize_name(requirement.name)}{extras}{requirement.specifier}"


def applies(requirement: Requirement, python_version: str) -> bool:
    """Tell whether its marker holds for a Python, e.g. `3.12`; empty: ours."""
    if requirement.marker is None:
        return True
    names = ("python_version", "python_full_version") if python_version else ()
    try:
        told = dict.fromkeys(names, python_version)
        return requirement.marker.evaluate({**told, "extra": ""})
    except (InvalidMarker, UndefinedEnvironmentName):
        return False


def is_met(requirement: Requirement, packages: Mapping[str, str]) -> bool:
    """Tell whether packages, versions by canonical name, fulfil it; extras are not."""
    version = packages.get(canonicalize_name(requirement.name))
    if version is None or requirement.extras:
        return False
    return requirement.specifier.contains(Version(version), prereleases=True)


def declares(name: str) -> bool:
    """Tell whether a file at the top of a project, called so, names what it needs."""
    named = ("pyproject.toml", "setup.cfg", "setup.py")
    return name in named or _LOCK.fullmatch(name) is not None


def declared(files: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Return what a project says it needs of a registry, each once.

    What is malformed, or comes from elsewhere, is passed over: it is not installed.

    Args:
        files: Text by name, of those that `declares` names.
    """
    found: dict[str, Requirement] = {}
    for name, text in sorted(files.items()):
        for line in _lines(name, text):
            try:
                requirement = valid_requirement(line)
            except ConfigurationInvalid:
                continue
            found.setdefault(str(requirement), requirement)
    return tuple(found.values())


def files_in(folder: Path) -> Mapping[str, str]:
    """Return the text of files that say what a project needs; no link is followed."""
    found: dict[str, str] = {}
    for each in sorted(folder.iterdir()):
        if not declares(each.name):
            continue
        try:
            content = read_inside(folder, each.name, _MOST_BYTES)
        except PathRefused:
            continue
        found[each.name] = content.decode(errors="replace")
    return found


def _lines(name: str, text: str) -> Iterator[str]:
    readers = {
        "pyproject.toml": _in_project_table,
        "setup.cfg": _in_setup_configuration,
        "setup.py": _in_setup_program,
    }
    return readers.get(name, _in_lock)(text)


def _in_project_table(text: str) -> Iterator[str]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project = _table(table.get("project"))
    groups = [
        project.get("dependencies"),
        *_table(project.get("optional-dependencies")).values(),
        *_table(table.get("dependency-groups")).values(),
    ]
    for group in groups:
        yield from (each for each in _list(group) if isinstance(each, str))
    poetry = _table(_table(table.get("tool")).get("poetry"))
    grouped = _table(poetry.get("group")).values()
    for each in [poetry, *map(_table, grouped)]:
        # Versions are written otherwise there; what counts is the name.
        yield from (n for n in _table(each.get("dependencies")) if n != "python")


def _in_setup_configuration(text: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    texts = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        texts += [value for _, value in parser.items("options.extras_require")]
    for each in texts:
        yield from (line for line in each.splitlines() if line.strip())


def _in_setup_program(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _SETUP_WORDS:
            yield from _strings(node.value)


def _strings(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _in_lock(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        told = _OPTION.sub("", f" {line}").strip()
        if told:
            yield told


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
