"""`runs undo`: takes a run back, and nothing that somebody else made."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterable
from pathlib import Path

from prodwright.adapters.branches import Branch
from prodwright.adapters.files import storage_errors, write_atomically
from prodwright.adapters.git import Git
from prodwright.api.bench import Bench
from prodwright.api.opening import Surroundings, reopen, runs_root
from prodwright.core.errors import RunUnfit
from prodwright.intake import PROFILE_PATH
from prodwright.runs import RunRecord, find_run

_PROJECTS = ("folder", "repository")


def undo(run_id: str, around: Surroundings) -> tuple[str, ...]:
    """Take a run back: branch, worktrees, and the project that it created.

    Returns:
        What was taken back, one phrase each; nothing when it was done before.

    Raises:
        UnknownName: There is no such run.
        RunUnfit: It is under way, or something made since would be lost.
    """
    return take_back(reopen(find_run(runs_root(around.folder), run_id), around))


def take_back(bench: Bench) -> tuple[str, ...]:
    """Take the run of `bench` back; see `undo`."""
    with bench.folder.locked():
        if bench.folder.is_undone:
            return ()
        if bench.record.creates in _PROJECTS:
            return _remove_project(bench)
        return _remove_branch(bench)


def _remove_branch(bench: Bench) -> tuple[str, ...]:
    git, record = bench.git, bench.record
    delivered = Branch(git, record.delivery_branch).commit
    if record.creates:
        _refuse_to_lose_changes(git, record, delivered)
    elif git.branch() == record.delivery_branch:
        raise RunUnfit(
            f"{record.delivery_branch} is checked out",
            hint=f"`git switch {shlex.quote(record.branch or record.base)}` first",
        )
    _refuse_elsewhere(git, record)
    if Branch(git, record.delivery_branch).commits_of_others():
        raise _commits_since(record)
    bench.workbench.clear()
    if record.creates:
        _leave_branch(git, record)
        _put_profile_back(bench)
    Branch(git, record.delivery_branch).delete()
    with storage_errors(bench.folder.path):
        bench.folder.undone.touch()
    what = [f"branch {record.delivery_branch}"] if delivered else []
    return (*what, "worktrees")


def _refuse_elsewhere(git: Git, record: RunRecord) -> None:
    for place in Branch(git, record.delivery_branch).checkouts():
        if place != git.root.resolve():
            raise RunUnfit(
                f"{record.delivery_branch} is checked out in {place}",
                hint=f"`git worktree remove {place}` first, or switch it elsewhere",
            )


def _commits_since(record: RunRecord) -> RunUnfit:
    return RunUnfit(
        f"{record.delivery_branch} holds commits that are not this run's "
        "and would be lost",
        hint="keep them: `git branch mine " + record.delivery_branch + "`",
    )


def _leave_branch(git: Git, record: RunRecord) -> None:
    if git.branch() == record.delivery_branch:
        git.run("symbolic-ref", "HEAD", f"refs/heads/{record.branch or 'main'}")
        git.run("reset", "--quiet", "--hard", record.base)


def _refuse_to_lose_changes(git: Git, record: RunRecord, delivered: str) -> None:
    changed = [
        path
        for path in git.uncommitted()
        if _holds_more(git, delivered, git.root / path)
    ]
    if delivered and changed:
        raise RunUnfit(
            f"{changed[0]} was changed since and would be lost",
            hint="commit or move it first",
        )


def _holds_more(git: Git, delivered: str, place: Path) -> bool:
    """Tell whether `place` holds anything but what a delivery wrote, or began to."""
    if place.is_dir() and not place.is_symlink():
        return any(_holds_more(git, delivered, each) for each in place.iterdir())
    if not place.is_file() or not delivered:
        return place.exists()
    ours = git.read(delivered, place.relative_to(git.root).as_posix())
    return ours is None or not ours.startswith(place.read_bytes())


def _remove_project(bench: Bench) -> tuple[str, ...]:
    """Remove only what the run made: its files, the repository, its folder."""
    git, root = bench.git, bench.git.root
    if (root / ".git" / "HEAD").exists():
        delivered = Branch(git, bench.record.delivery_branch).commit
        _refuse_to_lose_changes(git, bench.record, delivered)
        _refuse_to_lose_commits(git, bench.record, delivered)
        bench.workbench.clear()
        _remove_files(root, git.files("HEAD") if delivered else ())
    with storage_errors(root):
        for name in (".git", ".prodwright"):
            if (root / name).exists():
                shutil.rmtree(root / name)
        _put_profile_back(bench)
        if bench.record.creates == "folder" and not any(root.iterdir()):
            root.rmdir()
    return ("the project it created",)


def _refuse_to_lose_commits(git: Git, record: RunRecord, delivered: str) -> None:
    """The repository goes, so whatever in it is not the run's own must be nothing."""
    others = git.commits_beyond(delivered)
    added = Branch(git, record.delivery_branch).commits_of_others(kept_elsewhere=False)
    if added or any(git.files(commit) for commit in others):
        raise RunUnfit(
            f"{git.root} holds commits that are not this run's and would be lost",
            hint="push them elsewhere, or delete the folder yourself",
        )


def _remove_files(root: Path, paths: Iterable[str]) -> None:
    with storage_errors(root):
        for path in paths:
            (root / path).unlink(missing_ok=True)
            for folder in (root / path).parents:
                if folder == root or not folder.exists() or any(folder.iterdir()):
                    break
                folder.rmdir()


def _put_profile_back(bench: Bench) -> None:
    """A profile that lay in the folder before was taken over by the delivery."""
    found = bench.record.options.get("found_profile")
    if isinstance(found, str) and found:
        write_atomically(bench.git.root / PROFILE_PATH, found.encode())
