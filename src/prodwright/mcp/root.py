"""The folder that a server works in; fixed when it starts."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from prodwright.core.errors import PathRefused


@dataclass(frozen=True, slots=True)
class Root:
    """Where everything that a client names has to lie.

    Attributes:
        path: Absolute, without symbolic links.
    """

    path: Path

    @classmethod
    def at(cls, folder: Path) -> Root:
        """Return the root at `folder`.

        Raises:
            PathRefused: It is no folder.
        """
        path = Path(os.path.realpath(folder))
        if not path.is_dir():
            raise PathRefused(f"{folder}: not a folder", hint="name one with --root")
        return cls(path)

    def inside(self, text: str) -> Path:
        """Return the place that `text` names, symbolic links followed.

        Raises:
            PathRefused: It lies outside, or no file system could have it.
        """
        try:
            place = Path(os.path.realpath(self.path / text))
        except (OSError, ValueError) as error:
            raise PathRefused(f"{text!r}: no path", hint="name another") from error
        if not place.is_relative_to(self.path):
            raise PathRefused(
                f"{text!r}: outside the folder that this server works in",
                hint="name a path inside it; `prodwright mcp --root` sets it",
            )
        return place
