"""One branch of a repository: where it points, who uses it, whose commits it holds."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.git import Git
from prodwright.adapters.git_confinement import OUR_ADDRESS


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, which may not exist.

    Attributes:
        git: Its repository.
        name: Without `refs/heads/`.
    """

    git: Git
    name: str

    @property
    def reference(self) -> str:
        """Its full name."""
        return f"refs/heads/{self.name}"

    @property
    def commit(self) -> str:
        """The commit it points at; empty when there is no such branch."""
        # As a pattern its name matches what lies below, too.
        told = self.git.run(
            "for-each-ref", "--format=%(refname) %(objectname)", self.reference
        )
        found = dict(line.split(" ") for line in told.splitlines())
        return found.get(self.reference, "")

    def point(self, commit: str) -> None:
        """Make it point at `commit`; a lock left by a crash is removed."""
        self._unlock()
        self.git.run("update-ref", self.reference, commit)

    def delete(self) -> None:
        """Delete it, if it exists, whether or not it is merged."""
        self._unlock()
        if self.commit:
            self.git.run("update-ref", "-d", self.reference)

    def commits_of_others(self, *, kept_elsewhere: bool = True) -> tuple[str, ...]:
        """Return its commits that somebody else made.

        Args:
            kept_elsewhere: Leave out what another branch, tag or remote holds, too.
        """
        if not self.commit:
            return ()
        kept = ("--not", f"--exclude={self.name}", "--branches", "--tags", "--remotes")
        told = self.git.run(
            "log",
            "--format=%H %ce",
            self.reference,
            *(kept if kept_elsewhere else ()),
            "--",
        )
        found = (line.partition(" ") for line in told.splitlines())
        return tuple(commit for commit, _, by in found if by != OUR_ADDRESS)

    def checkouts(self) -> tuple[Path, ...]:
        """Return the folders of the worktrees that it is checked out in."""
        found, place = [], Path()
        for line in self.git.listed("worktree", "list", "--porcelain", "-z"):
            key, _, value = line.partition(" ")
            if key == "worktree":
                place = Path(value)
            elif key == "branch" and value == self.reference:
                found.append(place)
        return tuple(found)

    def _unlock(self) -> None:
        lock = self.git.folder() / "refs" / "heads" / f"{self.name}.lock"
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            lock.unlink()
