"""Our folder in the user's cache: where it is, and whether others could write to it."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from prodwright.core.errors import ConfigurationInvalid


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Return our folder in the user's cache.

    Raises:
        ConfigurationInvalid: There is no home folder and none is named.
    """
    own = variables.get("PRODWRIGHT_CACHE_DIR")
    if own:
        return Path(own)
    try:
        base = Path(variables.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise ConfigurationInvalid(
            "this user has no home folder to keep a cache in",
            hint="set PRODWRIGHT_CACHE_DIR to a folder that can be written to",
        ) from error
    return base / "prodwright"


def private_folder(folder: Path, outside: Path) -> bool:
    """Make `folder` if it is missing; tell whether only this user can write to it.

    What lies in `outside`, the reviewed code, may have come with it. A folder around
    it that others may write to lets them put another one in its place, unless only
    owners may rename there (a sticky one, such as `/tmp`).
    """
    try:
        place = folder.resolve()
        if place.is_relative_to(outside.resolve()):
            return False  # before anything is made: the reviewed code is only read
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = place.stat()
        return (
            own.st_uid == os.geteuid()
            and not own.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
            and all(_is_safe(each.stat()) for each in place.parents)
        )
    except (OSError, RuntimeError, ValueError):
        return False


def _is_safe(around: os.stat_result) -> bool:
    if around.st_uid not in (0, os.geteuid()):
        return False
    shared = around.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not shared or bool(around.st_mode & stat.S_ISVTX)
