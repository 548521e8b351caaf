"""The worktree an engineer's steps are written to, one commit each."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from prodwright.adapters.files import storage_errors
from prodwright.adapters.git import Git
from prodwright.core.brief import Change, CommittedStep, Proposal, ProposedStep
from prodwright.core.errors import PathRefused
from prodwright.core.printing import printable
from prodwright.runs.records import RunFolder


@dataclass(frozen=True, slots=True)
class Workbench:
    """One run's worktrees.

    Attributes:
        git: The user's repository; only its branches and objects are touched.
        folder: The run's folder.
    """

    git: Git
    folder: RunFolder

    def commit(self, base: str, proposal: Proposal) -> Change:
        """Write the steps on top of `base`, one commit each; repeating starts over.

        Raises:
            PathRefused: A step writes outside the worktree.
            StorageFailed: The disk is full.
        """
        with storage_errors(self.folder.tree):
            worktree = self.git.add_worktree(self.folder.tree, base)
            at = self.folder.record().created_at
            done = [
                each for step in proposal.steps for each in _commit(worktree, step, at)
            ]
        head = done[-1].commit if done else base
        return Change(base=base, head=head, steps=tuple(done), dropped=proposal.dropped)

    def commit_trees(
        self, base: str, steps: Sequence[tuple[str, str, str]]
    ) -> tuple[CommittedStep, ...]:
        """Commit whole trees on top of `base`; repeating gives the same commits.

        Args:
            base: Commit to start from.
            steps: Title, body and tree of each; one that changes nothing is left out.
        """
        at = self.folder.record().created_at
        done: list[CommittedStep] = []
        head, before = base, self.git.tree_of(base)
        for title, body, tree in steps:
            if tree == before:
                continue
            message = printable(f"{title}\n\n{body}".strip()) + "\n"
            head, before = self.git.commit_tree(tree, head, message, at), tree
            done.append(CommittedStep(title=title, commit=head))
        return tuple(done)

    def checkout(self, commit: str) -> Path:
        """Return the worktree with exactly `commit` in it, made anew when missing."""
        with storage_errors(self.folder.tree):
            return self._at(self.folder.tree, commit)

    def checkout_base(self, commit: str) -> Path:
        """Return a second worktree with `commit`, the run's base, in it."""
        with storage_errors(self.folder.base_tree):
            return self._at(self.folder.base_tree, commit)

    def _at(self, place: Path, commit: str) -> Path:
        if (place / ".git").exists() and Git(place).head() == commit:
            return place
        return self.git.add_worktree(place, commit).root

    def scratch_copy(self, tree: Path, name: str) -> Path:
        """Return a copy of `tree` that foreign code may spoil, made anew."""
        copy = self.folder.scratch / name
        with storage_errors(copy):
            if copy.exists():
                shutil.rmtree(copy)
            ignored = shutil.ignore_patterns(".git")
            shutil.copytree(tree, copy, symlinks=True, ignore=ignored)
        return copy

    def clear(self) -> None:
        """Remove worktrees and copies; the branch and the records stay."""
        with storage_errors(self.folder.path):
            for place in (self.folder.tree, self.folder.base_tree):
                self.git.remove_worktree(place)
            for copy in (self.folder.scratch, self.folder.desk):
                shutil.rmtree(copy, ignore_errors=True)


def _commit(worktree: Git, step: ProposedStep, at: str) -> list[CommittedStep]:
    """Return the commit, or nothing when the step changes nothing."""
    for path, content in step.files.items():
        file = _inside(worktree.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    message = f"{step.title}\n\n{step.body}".strip() + "\n"
    before = worktree.head()
    commit = worktree.commit_files(step.files, message, at)
    return [] if commit == before else [CommittedStep(title=step.title, commit=commit)]


def _inside(root: Path, path: str) -> Path:
    """Refuse whatever leaves the worktree, also by way of a symbolic link."""
    relative = PurePosixPath(path)
    file = root.joinpath(*relative.parts)
    leaves = (
        relative.is_absolute() or ".." in relative.parts or ".git" in relative.parts
    )
    if leaves or not file.resolve().is_relative_to(root.resolve()) or file.is_symlink():
        raise PathRefused(
            f"{path!r} leads out of the worktree", hint="keep to the repository"
        )
    return file
