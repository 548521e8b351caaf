"""Git, as a subprocess that runs no hook and reads no personal configuration.

A repository under review is hostile: its hooks, its file-system monitor and the
user's own configuration must not decide what these commands do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prodwright.core.errors import GitFailed, RepositoryUnfit

_TIMEOUT_SECONDS = 300.0
_SAFE = (
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.autocrlf=false",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "gc.auto=0",
    "-c",
    "protocol.allow=never",
    "-c",
    "user.name=Prodwright",
    "-c",
    "user.email=prodwright@localhost",
    "-c",
    "advice.detachedHead=false",
)
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT")
_UNFINISHED = {
    "MERGE_HEAD": "merge",
    "REBASE_HEAD": "rebase",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}


@dataclass(frozen=True, slots=True)
class Git:
    """One repository or worktree.

    Attributes:
        root: Top folder of the checkout.
    """

    root: Path

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
        command = [executable(), *_SAFE, *words]
        try:
            done = subprocess.run(
                command,
                cwd=self.root,
                env=_environment(self.root, at),
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

    def folder(self) -> Path:
        """Return the repository's own folder, shared by all its worktrees."""
        words = ("rev-parse", "--path-format=absolute", "--git-common-dir")
        return Path(self.run(*words))

    def head(self) -> str:
        """Return the commit that HEAD points at.

        Raises:
            RepositoryUnfit: There is no commit yet.
            GitFailed: Git is not installed.
        """
        executable()
        try:
            return self.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        except GitFailed as error:
            raise RepositoryUnfit(
                f"{self.root} has no commit yet",
                hint="commit once, so that there is something to start from",
            ) from error

    def branch(self) -> str:
        """Return the branch HEAD is on; empty when HEAD is detached."""
        return self.run("branch", "--show-current")

    def commit_of(self, revision: str) -> str:
        """Return the commit that `revision` names.

        Raises:
            RepositoryUnfit: There is no such revision.
        """
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
        listed = self.run("status", "--porcelain=v1", "-z", "--no-renames")
        return tuple(entry[3:] for entry in listed.split("\0") if len(entry) > 3)

    def changed_since(self, revision: str) -> tuple[str, ...]:
        """Return paths that differ from `revision`, uncommitted ones included."""
        base = self.commit_of(revision)
        words = ("diff", "--name-only", "-z", "--no-renames", "--diff-filter=d")
        differing = self.run(*words, base, "--").split("\0")
        new = self.run("ls-files", "--others", "--exclude-standard", "-z").split("\0")
        return tuple(sorted({path for path in (*differing, *new) if path}))

    def changed_between(self, base: str, head: str) -> tuple[str, ...]:
        """Return the paths that differ between two commits."""
        listed = self.run("diff", "--name-only", "-z", "--no-renames", base, head, "--")
        return tuple(path for path in listed.split("\0") if path)

    def diff(self, base: str, head: str) -> str:
        """Return the textual difference between two commits."""
        return self.run("diff", "--no-color", "--no-ext-diff", base, head, "--")

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the content of `path` in `commit`; None when it is not there."""
        try:
            return self._bytes("cat-file", "blob", f"{commit}:{path}")
        except GitFailed:
            return None

    def files(self, commit: str) -> tuple[str, ...]:
        """Return the paths in `commit`."""
        listed = self.run("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        return tuple(path for path in listed.split("\0") if path)

    def add_worktree(self, folder: Path, commit: str) -> Git:
        """Check `commit` out into `folder`, detached, replacing what is there."""
        self.remove_worktree(folder)
        self.run("worktree", "add", "--quiet", "--detach", str(folder), commit)
        return Git(folder)

    def remove_worktree(self, folder: Path) -> None:
        """Remove the worktree at `folder`, however a crash may have left it."""
        if folder.exists():
            shutil.rmtree(folder)
        self.run("worktree", "prune")

    def commit_all(self, message: str, at: str) -> str:
        """Commit everything in this worktree and return the commit.

        The same content, message and time give the same commit again. HEAD is
        returned unchanged when there is nothing to commit.

        Args:
            message: The commit's message.
            at: Its time, in ISO 8601.
        """
        self.run("add", "--all", "--force", "--", ".")
        if self.run("status", "--porcelain=v1", "--untracked-files=no"):
            words = ("commit", "--quiet", "--no-verify", "--file=-")
            self.run(*words, stdin=message.encode(), at=at)
        return self.head()

    def restore(self, commit: str) -> None:
        """Make this worktree equal to `commit`, whatever was left in it."""
        self.run("reset", "--quiet", "--hard", commit)
        self.run("clean", "-ffdxq")

    def set_branch(self, name: str, commit: str) -> None:
        """Make branch `name` point at `commit`; a lock left by a crash is removed."""
        lock = self.folder() / "refs" / "heads" / f"{name}.lock"
        lock.unlink(missing_ok=True)
        self.run("update-ref", f"refs/heads/{name}", commit)

    def branch_commit(self, name: str) -> str:
        """Return the commit of branch `name`; empty when there is no such branch."""
        words = ("for-each-ref", "--format=%(objectname)", f"refs/heads/{name}")
        return self.run(*words)

    def delete_branch(self, name: str) -> None:
        """Delete branch `name`, if it exists, whether or not it is merged."""
        lock = self.folder() / "refs" / "heads" / f"{name}.lock"
        lock.unlink(missing_ok=True)
        if self.branch_commit(name):
            self.run("update-ref", "-d", f"refs/heads/{name}")

    def contains(self, name: str, commit: str) -> bool:
        """Tell whether branch or HEAD `name` holds `commit` in its history."""
        try:
            self.run("merge-base", "--is-ancestor", commit, name)
        except GitFailed:
            return False
        return True


def executable() -> str:
    """Return the path of git.

    Raises:
        GitFailed: It is not installed.
    """
    found = shutil.which("git")
    if found is None:
        raise GitFailed("git is not installed", hint="install git 2.30 or newer")
    return found


def find_repository(path: Path) -> Git | None:
    """Return the repository around `path`; None when it is in none."""
    for folder in (path, *path.parents):
        if (folder / ".git").exists():
            return Git(folder)
    return None


def create_repository(folder: Path, files: Mapping[str, str]) -> Git:
    """Create a repository in `folder` with one commit that holds `files`."""
    git = Git(folder)
    git.run("init", "--quiet", "--initial-branch=main", "--template=")
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    git.run("add", "--force", "--", *files)
    words = ("commit", "--quiet", "--no-verify", "--allow-empty", "-m")
    git.run(*words, "Begin an empty project")
    return git


def _environment(root: Path, at: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    times = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    # A folder that is no repository yet must not stand for the one around it.
    ceiling = {"GIT_CEILING_DIRECTORIES": str(root.parent)}
    return {**kept, **_ENVIRONMENT, **ceiling, **times}


def _failure(words: Iterable[str], stderr: str) -> GitFailed:
    first = next(iter(words))
    said = (stderr.strip().splitlines() or ["no message"])[-1]
    if "dubious ownership" in stderr:
        return GitFailed(
            "git refuses: the repository belongs to another user",
            hint="run as the owner of the folder",
        )
    return GitFailed(
        f"git {first} failed: {said}", hint="run the same git command to see more"
    )
