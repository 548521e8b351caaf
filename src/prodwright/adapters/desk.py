"""The folder that a model or an agent writes in: files, and no repository.

Whatever runs there can neither read the project's history nor plant a hook: the
repository's folder is known only to our own git commands, outside the sandbox.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from prodwright.adapters.files import storage_errors
from prodwright.adapters.git import Git
from prodwright.adapters.guarded import OURS

_CACHES = frozenset({"__pycache__", "build", "dist", "htmlcov", "node_modules", "venv"})
_SHOWN = frozenset({".circleci", ".github", ".gitlab"})
_WRITTEN = frozenset(
    {".cfg", ".css", ".html", ".ini", ".js", ".json", ".md", ".py", ".pyi", ".sh"}
    | {".sql", ".toml", ".ts", ".txt", ".yaml", ".yml"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A working copy whose states are kept as trees in the user's repository.

    Attributes:
        git: The repository.
        folder: Top of the working copy.
        index: File beside it in which git remembers what it has seen.
    """

    git: Git
    folder: Path
    index: Path

    def restore(self, tree: str) -> None:
        """Make the folder hold exactly `tree`.

        Raises:
            StorageFailed: The disk is full.
        """
        with storage_errors(self.folder):
            if self.folder.exists():
                shutil.rmtree(self.folder)
            self.folder.mkdir(parents=True)
            self.index.unlink(missing_ok=True)
        inside = self._inside()
        inside.run("read-tree", "--end-of-options", tree)
        inside.run("checkout-index", "--all", "--force", "--index", "--quiet")

    def snapshot(self) -> str:
        """Keep the folder as it stands and return its tree; ignored files are left.

        Raises:
            StorageFailed: The disk is full.
        """
        with storage_errors(self.folder):
            for place in [*self._repositories(), *self._special()]:
                _remove(place)
        inside = self._inside()
        inside.run("add", "--all", "--", ".")
        return inside.run("write-tree")

    def ignored(self) -> tuple[str, ...]:
        """Return the files that git ignores, and so `snapshot` leaves; no caches."""
        if not self.folder.is_dir():
            return ()
        words = ("--others", "--ignored", "--exclude-standard", "-z")
        found = self._inside().listed("ls-files", *words)
        return tuple(each for each in found if _is_written(each))

    def restore_ours(self) -> None:
        """Put back what in the folder is ours, as it was last kept.

        Raises:
            StorageFailed: The disk is full.
        """
        with storage_errors(self.folder):
            for place in list(self._named(OURS)):
                _remove(place)
        inside = self._inside()
        ours = [each for each in inside.indexed() if OURS in each.lower().split("/")]
        stdin = b"\0".join(os.fsencode(each) for each in ours)
        inside.run("checkout-index", "--force", "--quiet", "-z", "--stdin", stdin=stdin)

    def _repositories(self) -> Iterator[Path]:
        """A repository inside would be kept as a link to it, its files unseen."""
        yield from self._named(".git")

    def _special(self) -> Iterator[Path]:
        """Pipes, sockets and devices are nothing to keep, and copying them fails."""
        for place, folders, names in os.walk(self.folder):
            for name in (*folders, *names):
                kind = stat.S_IFMT(Path(place, name).lstat().st_mode)
                if kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
                    yield Path(place, name)

    def _named(self, wanted: str) -> Iterator[Path]:
        """Yield what is called so, whatever the case, outermost only."""
        for place, folders, names in os.walk(self.folder):
            for name in (*folders, *names):
                if name.lower() == wanted:
                    yield Path(place, name)
            folders[:] = [name for name in folders if name.lower() != wanted]

    def _inside(self) -> Git:
        place = {
            "GIT_DIR": str(self.git.folder()),
            "GIT_WORK_TREE": str(self.folder),
            "GIT_INDEX_FILE": str(self.index),
        }
        return Git(self.folder, place)


def _is_written(path: str) -> bool:
    """Tell what somebody writes from what tools leave behind."""
    *folders, name = PurePosixPath(path).parts
    hidden = [each for each in folders if each.startswith(".")]
    return (
        PurePosixPath(name).suffix in _WRITTEN
        and set(hidden) <= _SHOWN
        and not _CACHES.intersection(folders)
    )


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
