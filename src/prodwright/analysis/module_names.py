"""The dotted names of modules, from their paths."""

from __future__ import annotations

from pathlib import PurePosixPath


def module_name(path: str) -> str:
    """Return the dotted name of the module at `path`; a leading `src/` is dropped."""
    parts = _parts(path)
    if parts and parts[0] == "src":
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)


def _parts(path: str) -> list[str]:
    parts = path[:-3].split("/")
    if path.endswith(".py") and not {"", ".", ".."}.intersection(parts):
        return parts
    return list(PurePosixPath(path).with_suffix("").parts)
