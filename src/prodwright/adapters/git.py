"""Git, as a subprocess that runs nothing of the repository's and nothing personal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prodwright.adapters.git_confinement import (
    OPTIONS,
    environment,
    executable,
)
from prodwright.core.errors import GitFailed, RepositoryUnfit

_TIMEOUT_SECONDS = 300.0
_UNFINISHED = {
    "MERGE_HEAD": "merge",
    "REBASE_HEAD": "rebase",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}

_UNOPENED = "--ignore-submodules=dirty"  # git would run in there, as they configure it
_DIFF = ("diff", "--no-color", "--no-ext-diff", "--no-textconv", _UNOPENED)


@dataclass(frozen=True, slots=True)
class Git:
    """One repository or worktree.

    Attributes:
        root: Top folder of the checkout.
        place: Variables that say where repository and index are, when not in `root`.
    """

    root: Path
    place: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str, stdin: bytes | None = None, at: str = "") -> str:
        """Return what `git WORDS` prints, without the trailing line end.

        Args:
            *words: Command and arguments.
            stdin: What it reads; nothing without it.
            at: Time that a commit carries, in ISO 8601; empty: now.

        Raises:
            GitFailed: Git is missing, refuses, or takes longer than 5 minutes.
        """
        output = self._bytes(*words, stdin=stdin, at=at)
        return output.decode(errors="replace").rstrip("\n")

    def _bytes(self, *words: str, stdin: bytes | None = None, at: str = "") -> bytes:
        command = [executable(), *OPTIONS, *words]
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                env=environment(self.root, at, self.place),
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitFailed(
                f"git {words[0]} took longer than {_TIMEOUT_SECONDS:.0f} s",
                hint="look for a stuck lock or a network file system",
            ) from error
        except OSError as error:
            raise GitFailed(
                f"git cannot run in {self.root}: {error.strerror}",
                hint="check that the folder exists and is readable",
            ) from error
        if done.returncode != 0:
            raise _failure(words, done.stderr.decode(errors="replace"))
        return done.stdout

    def listed(self, *words: str) -> tuple[str, ...]:
        """Return what a command lists with `-z`, as the file system spells it."""
        return tuple(
            os.fsdecode(each) for each in self._bytes(*words).split(b"\0") if each
        )

    def folder(self) -> Path:
        """Return the repository's own folder, shared by all its worktrees."""
        words = ("rev-parse", "--path-format=absolute", "--git-common-dir")
        return Path(self.run(*words))

    def head(self) -> str:
        """Return the commit that HEAD points at.

        Raises:
            RepositoryUnfit: There is no commit yet, or git refuses the repository.
            GitFailed: Git is not installed.
        """
        self._refuse_unreadable()
        try:
            return self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitFailed as error:
            raise RepositoryUnfit(
                f"{self.root} has no commit yet",
                hint="commit once, so that there is something to start from",
            ) from error

    def _refuse_unreadable(self) -> None:
        """Tell a broken repository, or one of another user, from an empty one."""
        executable()
        try:
            self.run("rev-parse", "--git-dir")
        except GitFailed as error:
            raise RepositoryUnfit(f"{self.root}: {error}", hint=error.hint) from error

    def branch(self) -> str:
        """Return the branch HEAD is on; empty when HEAD is detached."""
        return self.run("branch", "--show-current")

    def commit_of(self, revision: str) -> str:
        """Return the commit that `revision` names.

        Raises:
            RepositoryUnfit: There is no such revision, or git refuses the repository.
            GitFailed: Git is not installed.
        """
        self._refuse_unreadable()
        try:
            words = ("rev-parse", "--verify", "--quiet", "--end-of-options")
            return self.run(*words, f"{revision}^{{commit}}")
        except GitFailed as error:
            raise RepositoryUnfit(
                f"{revision!r} is no commit of {self.root}",
                hint="name a branch, tag or commit that exists",
            ) from error

    def unfinished(self) -> str:
        """Return the operation that is under way (`merge`, `rebase`...); or empty."""
        words = ("rev-parse", "--path-format=absolute", "--git-dir")
        own = Path(self.run(*words))
        under_way = (
            name for mark, name in _UNFINISHED.items() if (own / mark).exists()
        )
        return next(under_way, "")

    def uncommitted(self) -> tuple[str, ...]:
        """Return the paths with uncommitted changes, untracked files included."""
        words = ("--no-renames", "--untracked-files=normal", _UNOPENED)
        listed = self.listed("status", "--porcelain=v1", "-z", *words)
        return tuple(entry[3:] for entry in listed if len(entry) > 3)

    def changed_since(self, revision: str) -> tuple[str, ...]:
        """Return paths that differ from `revision`, uncommitted ones included."""
        base = self.commit_of(revision)
        words = ("--name-only", "-z", "--no-renames", "--diff-filter=d")
        differing = self.listed(*_DIFF, *words, base, "--")
        new = self.listed("ls-files", "--others", "--exclude-standard", "-z")
        return tuple(sorted({*differing, *new}))

    def deleted_since(self, revision: str) -> tuple[str, ...]:
        """Return paths of `revision` that are not there any more."""
        base = self.commit_of(revision)
        words = ("--name-only", "-z", "--no-renames", "--diff-filter=D")
        return self.listed(*_DIFF, *words, base, "--")

    def changed_between(self, base: str, head: str) -> tuple[str, ...]:
        """Return the paths that differ between two commits."""
        words = ("--name-only", "-z", "--no-renames")
        return self.listed(*_DIFF, *words, base, head, "--")

    def diff(self, base: str, head: str) -> str:
        """Return the textual difference between two commits."""
        return self.run(*_DIFF, base, head, "--")

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the content of `path` in `commit`; None when it is not there."""
        try:
            return self._bytes("cat-file", "blob", f"{commit}:{path}")
        except GitFailed:
            return None

    def files(self, commit: str) -> tuple[str, ...]:
        """Return the paths in `commit`."""
        words = ("-r", "-z", "--name-only", "--full-tree", "--end-of-options")
        return self.listed("ls-tree", *words, commit)

    def indexed(self) -> tuple[str, ...]:
        """Return the paths in the index."""
        return self.listed("ls-files", "-z")

    def commits_beyond(self, commit: str) -> tuple[str, ...]:
        """Return the commits of any branch, tag or stash that `commit` lacks.

        What only another worktree has checked out is not among them.

        Args:
            commit: Empty: all commits are returned.
        """
        words = (
            "rev-list",
            "--ignore-missing",
            "--single-worktree",
            "--all",
            "HEAD",
            *(["--not", commit] if commit else []),
        )
        return tuple(self.run(*words).split())

    def add_worktree(self, folder: Path, commit: str) -> Git:
        """Check `commit` out into `folder`, detached, replacing what is there."""
        self.remove_worktree(folder)
        # What the configuration says in there is known only once it is there.
        words = ("--quiet", "--detach", "--no-checkout")
        self.run("worktree", "add", *words, str(folder), commit)
        worktree = Git(folder)
        worktree.run("reset", "--quiet", "--hard", commit)
        return worktree

    def remove_worktree(self, folder: Path) -> None:
        """Remove the worktree at `folder`, however a crash may have left it.

        Others that are missing, on a drive that is away, stay registered.
        """
        if folder.exists():
            shutil.rmtree(folder)
        for entry in self.folder().glob("worktrees/*/gitdir"):
            named = entry.read_text("utf-8", "surrogateescape").strip()
            if named == f"{os.path.realpath(folder)}/.git":
                shutil.rmtree(entry.parent)

    def commit_files(self, paths: Iterable[str], message: str, at: str) -> str:
        """Commit these files of this worktree and return the commit.

        The same content, message and time give the same commit again. HEAD is
        returned unchanged when there is nothing to commit.

        Args:
            paths: Relative to the top; what attributes would change in other
                files stays as it is.
            message: The commit's message.
            at: Its time, in ISO 8601.
        """
        words = ("--force", "--pathspec-from-file=-", "--pathspec-file-nul")
        self.run("add", *words, stdin=b"\0".join(os.fsencode(each) for each in paths))
        if self.listed(*_DIFF, "--cached", "--name-only", "-z"):
            told = ("--quiet", "--no-verify", "--file=-")
            self.run("commit", *told, stdin=message.encode(), at=at)
        return self.head()

    def tree_of(self, commit: str) -> str:
        """Return the tree of a commit."""
        return self.run("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")

    def commit_tree(self, tree: str, parent: str, message: str, at: str) -> str:
        """Return the commit of `tree` on `parent`; no checkout is touched.

        Args:
            tree: As written by a desk.
            parent: The commit before.
            message: The commit's message.
            at: Its time, in ISO 8601.
        """
        words = ("commit-tree", "-p", parent, "-F", "-", tree)
        return self.run(*words, stdin=message.encode(), at=at)


def find_repository(path: Path) -> Git | None:
    """Return the repository around `path`; None when it is in none."""
    for folder in (path, *path.parents):
        if (folder / ".git").exists():
            return Git(folder)
    return None


def create_repository(folder: Path, files: Mapping[str, str]) -> Git:
    """Create a repository in `folder` with one commit that holds `files`."""
    git = Git(folder)
    place = f"--git-dir={folder / '.git'}"  # it may be there, left by a crash
    git.run(place, "init", "--quiet", "--initial-branch=main", "--template=")
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    git.run("add", "--force", "--", *files)
    words = ("commit", "--quiet", "--no-verify", "--allow-empty", "-m")
    git.run(*words, "Begin an empty project")
    return git


def _failure(words: Iterable[str], stderr: str) -> GitFailed:
    first = next(each for each in words if not each.startswith("-"))
    said = (stderr.strip().splitlines() or ["no message"])[-1]
    if "dubious ownership" in stderr:
        return GitFailed(
            "git refuses: the repository belongs to another user",
            hint="run as the owner of the folder",
        )
    return GitFailed(
        f"git {first} failed: {said}", hint="run the same git command to see more"
    )
