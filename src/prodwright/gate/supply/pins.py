"""Whether what is installed in production is what was tried."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")
_REQUIREMENTS = re.compile(r"requirements[\w.-]*\.(?:txt|lock)")
_NAMED = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*([^#;\s\\]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A requirement without an exact version.

    Attributes:
        file: Name of the file.
        line: 1-based.
        text: The line.
        name: Of the package.
    """

    file: str
    line: int
    text: str
    name: str


def has_lock(folder: Path) -> bool:
    """Tell whether a tool keeps exact versions beside the project."""
    return any((folder / name).is_file() for name in _LOCKS)


def is_library(files: Mapping[str, str]) -> bool:
    """Tell whether others install it: they choose the versions, not the library."""
    try:
        table = tomllib.loads(files.get("pyproject.toml", ""))
    except (ValueError, RecursionError):
        return False
    return "build-system" in table or "setup.py" in files


def loose(files: Mapping[str, str]) -> Iterator[Loose]:
    """Yield what requirement files leave open."""
    for name, text in sorted(files.items()):
        if not _REQUIREMENTS.fullmatch(name):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            told = _NAMED.match(line)
            if told is None or line.lstrip().startswith(("-", "#")) or "://" in line:
                continue
            if not told[2].startswith("=="):
                yield Loose(file=name, line=number, text=line.strip(), name=told[1])
