"""Model files of the user: what their own libraries do with values from outside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from prodwright.adapters.files import is_inside, storage_errors
from prodwright.core.errors import ConfigurationInvalid, PathRefused

_MOST_BYTES = 1_000_000  # of one file: some twenty thousand names


def read_model_files(root: Path, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the name and the text of each file.

    Args:
        root: Folder of the project; none may lie outside it.
        names: Paths relative to it.

    Raises:
        PathRefused: A file is missing, elsewhere or too large.
        ConfigurationInvalid: A file is no text.
    """
    return tuple((name, _text(root, name)) for name in names)


def _text(root: Path, name: str) -> str:
    place = root / name
    if not is_inside(place, root):
        raise PathRefused(
            f"models: {name} lies outside {root}", hint="keep it in the project"
        )
    if not place.is_file():
        raise PathRefused(f"models: {name} is no file", hint="name a TOML file")
    with storage_errors(place):
        content = place.read_bytes()[: _MOST_BYTES + 1]
    if len(content) > _MOST_BYTES:
        raise PathRefused(
            f"models: {name} has more than {_MOST_BYTES} bytes", hint="split it"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationInvalid(
            f"models: {name} is not UTF-8", hint="save it as UTF-8"
        ) from error
