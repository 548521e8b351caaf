"""Git does what is asked and nothing that the repository asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prodwright.adapters.branches import Branch
from prodwright.adapters.git import Git, create_repository, find_repository
from prodwright.core.errors import GitFailed, RepositoryUnfit
from tests_support import Repository

AT = "2026-01-02T03:04:05+00:00"


def test_the_repository_around_a_folder_is_found(repository: Repository) -> None:
    git = repository({"a/b/c.py": ""})

    found = find_repository(git.root / "a" / "b")

    assert found == git


def test_a_folder_in_no_repository_has_none(tmp_path: Path) -> None:
    assert find_repository(tmp_path) is None


def test_hooks_of_the_repository_do_not_run(repository: Repository) -> None:
    git = repository({"a.py": ""})
    hook = git.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\nexit 1\n")
    hook.chmod(0o755)
    (git.root / "a.py").write_text("x = 1\n")

    git.commit_files(["a.py"], "Change", AT)

    assert not (git.root / "ran").exists()


def test_the_same_change_at_the_same_time_is_the_same_commit(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"a.py": ""})
    commits = []
    for name in ("one", "two"):
        worktree = git.add_worktree(tmp_path / name, git.head())
        (worktree.root / "a.py").write_text("x = 1\n")
        commits.append(worktree.commit_files(["a.py"], "Change", AT))

    assert commits[0] == commits[1]


def test_a_repository_without_a_commit_is_named(
    tmp_path: Path, git_run: Callable[..., str]
) -> None:
    git_run(tmp_path, "init", "--quiet")

    with pytest.raises(RepositoryUnfit, match="has no commit yet"):
        Git(tmp_path).head()


def test_an_unknown_revision_is_named(repository: Repository) -> None:
    git = repository({})

    with pytest.raises(RepositoryUnfit, match="'nowhere' is no commit"):
        git.commit_of("nowhere")


def test_a_revision_cannot_be_an_option(repository: Repository) -> None:
    git = repository({})

    with pytest.raises(RepositoryUnfit):
        git.commit_of("--help")


def test_a_detached_head_has_no_branch(
    repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({})
    git_run(git.root, "checkout", "--quiet", "--detach")

    assert git.branch() == ""


def test_a_merge_under_way_is_seen(
    repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({"a.py": "x = 0\n"})
    git_run(git.root, "switch", "--quiet", "--create", "other")
    (git.root / "a.py").write_text("x = 1\n")
    git_run(git.root, "commit", "--quiet", "--all", "-m", "One")
    git_run(git.root, "switch", "--quiet", "main")
    (git.root / "a.py").write_text("x = 2\n")
    git_run(git.root, "commit", "--quiet", "--all", "-m", "Two")
    with pytest.raises(GitFailed):
        git.run("merge", "other")

    assert git.unfinished() == "merge"


def test_uncommitted_and_new_files_are_changes(repository: Repository) -> None:
    git = repository({"a.py": "", "b.py": ""})
    (git.root / "a.py").write_text("x = 1\n")
    (git.root / "new name.py").write_text("")

    assert git.changed_since("HEAD") == ("a.py", "new name.py")
    assert sorted(git.uncommitted()) == ["a.py", "new name.py"]


def test_a_lock_that_a_crash_left_does_not_stop_our_branch(
    repository: Repository,
) -> None:
    git = repository({})
    lock = git.root / ".git" / "refs" / "heads" / "prodwright" / "run.lock"
    lock.parent.mkdir()
    lock.touch()

    Branch(git, "prodwright/run").point(git.head())

    assert Branch(git, "prodwright/run").commit == git.head()


def test_a_branch_can_be_deleted_twice(repository: Repository) -> None:
    git = repository({})
    Branch(git, "prodwright/run").point(git.head())

    Branch(git, "prodwright/run").delete()
    Branch(git, "prodwright/run").delete()

    assert Branch(git, "prodwright/run").commit == ""


def test_a_worktree_that_is_named_by_a_way_round_is_made_anew(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"a.py": "x = 1\n"})
    place = tmp_path / "elsewhere" / ".." / "tree"
    (tmp_path / "elsewhere").mkdir()

    git.add_worktree(place, git.head())
    worktree = git.add_worktree(place, git.head())

    assert (worktree.root / "a.py").read_text() == "x = 1\n"


def test_a_worktree_is_made_anew_over_what_a_crash_left(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"a.py": "x = 1\n"})
    place = tmp_path / "tree"
    git.add_worktree(place, git.head())
    (place / "a.py").write_text("half")
    (place / ".git").unlink()

    worktree = git.add_worktree(place, git.head())

    assert (worktree.root / "a.py").read_text() == "x = 1\n"


def test_a_missing_file_of_a_commit_is_none(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})

    assert git.read("HEAD", "a.py") == b"x = 1\n"
    assert git.read("HEAD", "b.py") is None


def test_a_folder_inside_a_repository_does_not_stand_for_it(
    repository: Repository,
) -> None:
    outer = repository({"inner/a.py": ""})

    with pytest.raises(GitFailed):
        Git(outer.root / "inner").run("rev-parse", "--git-dir")


def test_a_created_repository_has_one_empty_commit(tmp_path: Path) -> None:
    git = create_repository(tmp_path, {})

    assert git.files(git.head()) == ()
    assert git.branch() == "main"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GitFailed, match=r"git cannot run in .*/gone"):
        Git(tmp_path / "gone").run("status")


def test_a_file_whose_name_looks_like_a_pattern_is_committed(
    repository: Repository,
) -> None:
    git = repository({})
    for name in (":(glob)*.py", "-x.py", "two\nlines.py"):
        (git.root / name).write_text("")

    commit = git.commit_files([":(glob)*.py", "two\nlines.py"], "Change", AT)

    assert git.files(commit) == (":(glob)*.py", "two\nlines.py")


def test_line_ends_of_other_files_are_not_committed(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({"a.py": "", "t.txt": "one\r\n"})
    (git.root / ".gitattributes").write_text("*.txt text\n")
    git_run(git.root, "add", ".gitattributes")
    git_run(git.root, "commit", "--quiet", "-m", "Attributes")
    base = git.head()
    worktree = git.add_worktree(tmp_path / "tree", base)
    (worktree.root / "a.py").write_text("x = 1\n")

    commit = worktree.commit_files(["a.py"], "Change", AT)

    assert git.changed_between(base, commit) == ("a.py",)


def test_a_created_repository_may_begin_with_files(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()

    git = create_repository(tmp_path / "shop", {"a.py": "x = 1\n"})

    assert git.read(git.head(), "a.py") == b"x = 1\n"


def test_nothing_to_commit_is_no_commit(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})

    assert git.commit_files(["a.py"], "Again", "2026-01-02T03:04:05+00:00") == (
        git.head()
    )


def test_a_broken_configuration_is_named(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})
    (git.root / ".git" / "config").write_text("[core\n")

    with pytest.raises(GitFailed, match="configuration"):
        git.run("status")


def test_branches_below_a_name_are_not_a_branch_of_that_name(
    repository: Repository,
) -> None:
    git = repository({"a.py": "x = 1\n"})
    Branch(git, "prodwright/one").point(git.head())

    assert Branch(git, "prodwright").commit == ""
    assert Branch(git, "prodwright/one").commit == git.head()
