"""Settings by which code is judged, and a change that edits them for itself."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

_JUDGES = (
    "bandit",
    "coverage",
    "flake8",
    "mypy",
    "prodwright",
    "pyrefly",
    "pyright",
    "pytest",
    "ruff",
)
# Everything in them is about judging; the others hold that among other things.
_OWN_FILES = frozenset(
    {
        ".coveragerc",
        ".flake8",
        ".mypy.ini",
        ".ruff.toml",
        "mypy.ini",
        "prodwright.toml",
        "pyrefly.toml",
        "pyrightconfig.json",
        "pytest.ini",
        ".pytest.ini",
        "ruff.toml",
    }
)
_SHARED_FILES = frozenset({"pyproject.toml", "setup.cfg", "tox.ini"})
# A number that may grow stricter, which `thresholds` compares.
_COMPARED = re.compile(r"(^|\.)(fail_under|fail-under|max-complexity)$")
# Added to a table, these narrow what is judged; others make it stricter or say how.
_NARROWING = re.compile(
    r"(^|\.)(addopts|collect_ignore|disable_error_code|exclude(_also|_lines)?"
    r"|extend-exclude|extend-ignore|extend-per-file-ignores|fail_on|filterwarnings"
    r"|follow_imports|ignore(_errors|_missing_imports)?|model(\..*)?|norecursedirs"
    r"|omit|only|per-file-ignores(\..*)?|python_(classes|files|functions)"
    r"|skip|testpaths)$"
)
_MOST_TOLD = 5


def edited_yardsticks(base: Path, tree: Path, path: str) -> Iterator[str]:
    """Yield what in the file at `path` a change loosens, as phrases.

    Args:
        base: Top folder before the change.
        tree: Top folder after it.
        path: Relative to both.
    """
    name = PurePosixPath(path).name
    if name not in _OWN_FILES | _SHARED_FILES:
        return
    if name in _OWN_FILES and not (base / path).is_file():
        yield "the change adds a file that says how it is judged"
        return
    try:
        was, now = _entries(base / path), _entries(tree / path)
    except (ValueError, configparser.Error):
        yield "the change leaves settings that cannot be read"
        return
    found = [key for key in was if now.get(key) != was[key]]
    found += [key for key in now if key not in was and _NARROWING.search(key)]
    for key in [each for each in found if not _COMPARED.search(each)][:_MOST_TOLD]:
        yield f"the change edits how it is judged: {key}"


def own_settings(tree: Path, path: str) -> Iterator[str]:
    """Yield the settings for us that a file at `path` holds, as phrases."""
    name = PurePosixPath(path).name
    if name == "prodwright.toml":
        yield "the change says how it is judged"
    if name == "pyproject.toml":
        try:
            keys = [k for k in _entries(tree / path) if k.startswith("prodwright")]
        except ValueError:
            keys = []
        if keys:
            yield f"the change says how it is judged: {keys[0]}"


def _entries(file: Path) -> dict[str, str]:
    """Return every setting about judging in `file`, by its dotted name.

    Raises:
        ValueError: It cannot be read.
    """
    if file.is_symlink() or not file.is_file():
        return {}
    try:
        flat = dict(_flat("", _table(file)))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if file.name in _OWN_FILES:
        return flat
    return {key: value for key, value in flat.items() if _is_judging(key)}


def _table(file: Path) -> dict[str, Any]:
    text = file.read_text("utf-8")
    if file.suffix == ".json":
        table: dict[str, Any] = json.loads(text)
        return table
    if file.suffix != ".toml":
        return dict(_sections(text))
    values = tomllib.loads(text)
    tools = values.get("tool", {}) if file.name == "pyproject.toml" else values
    return tools if isinstance(tools, dict) else {}


def _sections(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    return {name.removeprefix("tool:"): dict(parser[name]) for name in parser}


def _is_judging(key: str) -> bool:
    return re.split(r"[.:\-]", key)[0] in _JUDGES


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), inner)
    elif prefix:
        yield prefix, json.dumps(value, default=str, sort_keys=True)
