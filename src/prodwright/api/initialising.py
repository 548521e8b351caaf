"""`init`: puts us into the files of other tools; shown first, never overwriting."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from prodwright import __version__
from prodwright.adapters.files import is_inside, storage_errors, write_atomically
from prodwright.adapters.git import find_repository
from prodwright.core.errors import PathRefused, UnknownName, UnreadableSource
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.delivery.integrations import NAMES, Piece, pieces

INTEGRATIONS = NAMES
_PERSONA = "production-engineer.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file that would be written.

    Attributes:
        path: Relative to the root, `/`-separated.
        place: Where it is, symbolic links followed.
        before: Its content; None when it is new.
        after: What would be written.
    """

    path: str
    place: Path
    before: bytes | None
    after: bytes

    def diff(self) -> str:
        """Return the unified difference."""
        old = (self.before or b"").decode().splitlines(keepends=True)
        new = self.after.decode().splitlines(keepends=True)
        source = "/dev/null" if self.before is None else f"a/{self.path}"
        lines = difflib.unified_diff(old, new, source, f"b/{self.path}")
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an integration would change.

    Attributes:
        integration: Its name.
        root: Folder that paths are relative to.
        changes: Files that would be written.
        kept: Files of ours that were edited since, and stay as they are.
    """

    integration: str
    root: Path
    changes: tuple[FileChange, ...]
    kept: tuple[str, ...]

    def diff(self) -> str:
        """Return the unified difference of all files together."""
        return "".join(each.diff() for each in self.changes)

    def document(self, *, written: bool) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "schema_version": SCHEMA_VERSION,
            "integration": self.integration,
            "root": str(self.root),
            "changes": [
                {
                    "path": each.path,
                    "action": "create" if each.before is None else "change",
                    "diff": each.diff(),
                }
                for each in self.changes
            ],
            "kept": list(self.kept),
            "written": written,
        }


def plan(integration: str, folder: Path) -> Plan:
    """Return what `integration` would change in the repository around `folder`.

    Raises:
        UnknownName: There is no such integration.
        ConfigurationInvalid: A file cannot be merged with.
        PathRefused: A file leads out of the repository or cannot be read.
    """
    if integration not in INTEGRATIONS:
        raise UnknownName("integration", integration, known=INTEGRATIONS)
    git = find_repository(folder)
    root = git.root if git else folder
    persona = files("prodwright.engineer") / "personas" / _PERSONA
    every = pieces(integration, persona=persona.read_text("utf-8"), version=__version__)
    looked_at = [(each, _change(each, root)) for each in every]
    return Plan(
        integration=integration,
        root=root,
        changes=tuple(c for _, c in looked_at if c.after != c.before),
        kept=tuple(c.path for piece, c in looked_at if _is_kept(piece, c)),
    )


def write(planned: Plan) -> None:
    """Write what was planned; each file is replaced at once.

    Raises:
        PathRefused: A file changed since it was shown, or may not be written.
        StorageFailed: The disk is full.
    """
    for change in planned.changes:
        if _content(change.place) != change.before:
            raise PathRefused(
                f"{change.path}: it changed in the meantime", hint="run it again"
            )
    for change in planned.changes:
        write_atomically(change.place, change.after)


def _change(piece: Piece, root: Path) -> FileChange:
    place = root / piece.path
    if not is_inside(place, root):
        raise PathRefused(
            f"{piece.path}: leads out of {root}", hint="replace the symbolic link"
        )
    place = Path(os.path.realpath(place))
    before = _content(place)
    text = _decoded(before or b"", piece.path)
    after = piece.merge(text, piece.path).encode()
    return FileChange(path=piece.path, place=place, before=before, after=after)


def _is_kept(piece: Piece, change: FileChange) -> bool:
    is_ours = bool(piece.text) and change.before is not None
    return is_ours and change.after != piece.text.encode()


def _content(place: Path) -> bytes | None:
    with storage_errors(place):
        return place.read_bytes() if place.exists() else None


def _decoded(content: bytes, shown: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"{shown}: not UTF-8", hint="save it as UTF-8; nothing was written"
        ) from error
