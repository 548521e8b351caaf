"""`runs undo` takes back what the run made and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from prodwright.adapters.branches import Branch
from prodwright.adapters.git import Git, create_repository
from prodwright.api.listing import runs
from prodwright.api.opening import Surroundings
from prodwright.api.running import resume
from prodwright.api.undoing import undo
from prodwright.core.errors import RunUnfit
from prodwright.runs import RunFolder, RunRecord
from tests_support import Quiet, Repository

AT = "2026-01-02T03:04:05+00:00"
BRANCH = "prodwright/one"


def around(folder: Path) -> Surroundings:
    return Surroundings(folder=folder, variables={}, progress=Quiet())


def begin(root: Path, creates: str, **options: object) -> None:
    base = Git(root).head() if creates == "checkout" else ""
    record = RunRecord(
        id="one",
        door="build",
        created_at=AT,
        request="a shop",
        options=options,
        base=base,
        branch="main",
        creates=creates,
    )
    RunFolder(root, "one").create(record)


def deliver(git: Git) -> None:
    """Leave what a build leaves: a branch, checked out."""
    worktree = git.add_worktree(RunFolder(git.root, "one").tree, git.head())
    (worktree.root / "src").mkdir()
    (worktree.root / "src" / "shop.py").write_text("x = 1\n")
    commit = worktree.commit_files(["src/shop.py"], "Begin", AT)
    Branch(git, BRANCH).point(commit)
    git.run("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
    git.run("reset", "--quiet", "--hard", BRANCH)


@pytest.fixture
def project(tmp_path: Path) -> Git:
    """A project that run `one` created and delivered."""
    root = tmp_path / "project"
    root.mkdir()
    begin(root, "folder")
    git = create_repository(root, {})
    deliver(git)
    return git


def test_a_folder_that_the_run_created_is_gone(project: Git) -> None:
    undo("one", around(project.root))

    assert not project.root.exists()


def test_an_ignored_file_of_somebody_else_stays(project: Git) -> None:
    (project.root / ".git" / "info").mkdir(exist_ok=True)
    (project.root / ".git" / "info" / "exclude").write_text("*.db\n")
    (project.root / "src" / "shop.db").write_text("orders")

    undo("one", around(project.root))

    left = [file for file in project.root.rglob("*") if file.is_file()]
    assert left == [project.root / "src" / "shop.db"]


def test_an_edited_file_is_not_lost(project: Git) -> None:
    (project.root / "src" / "shop.py").write_text("x = 2\n")

    with pytest.raises(RunUnfit, match=r"src/shop\.py was changed since"):
        undo("one", around(project.root))

    assert (project.root / "src" / "shop.py").read_text() == "x = 2\n"


def test_commits_on_another_branch_are_not_lost(
    project: Git, git_run: Callable[..., str]
) -> None:
    git_run(project.root, "switch", "--quiet", "--create", "mine")
    (project.root / "more.py").write_text("")
    git_run(project.root, "add", "more.py")
    git_run(project.root, "commit", "--quiet", "-m", "More")

    with pytest.raises(RunUnfit, match="not this run's"):
        undo("one", around(project.root))

    assert (project.root / ".git").exists()


def test_a_repository_that_claims_to_be_ours_is_not_removed(
    repository: Repository,
) -> None:
    git = repository({"precious.py": "x = 1\n"})
    begin(git.root, "folder")

    with pytest.raises(RunUnfit, match="would be lost"):
        undo("one", around(git.root))

    assert git.files("HEAD") == ("precious.py",)
    assert (git.root / "precious.py").exists()


def test_an_unfinished_project_is_taken_back(tmp_path: Path) -> None:
    begin(tmp_path, "repository")
    create_repository(tmp_path, {})

    undo("one", around(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ended_before_its_first_commit_is_taken_back(
    tmp_path: Path, git_run: Callable[..., str]
) -> None:
    begin(tmp_path, "repository")
    git_run(tmp_path, "init", "--quiet")

    undo("one", around(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_profile_that_was_there_is_put_back(tmp_path: Path) -> None:
    begin(tmp_path, "repository", found_profile='database = "postgres"\n')
    deliver(create_repository(tmp_path, {}))

    undo("one", around(tmp_path))

    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files == [tmp_path / ".prodwright" / "profile.toml"]
    assert files[0].read_text() == 'database = "postgres"\n'


def test_a_branch_checked_out_in_an_empty_repository_is_left(
    repository: Repository,
) -> None:
    git = repository({})
    begin(git.root, "checkout")
    deliver(git)

    undo("one", around(git.root))

    assert git.branch() == "main"
    assert not (git.root / "src").exists()


def test_a_run_in_a_linked_worktree_is_taken_back(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({"a.py": ""})
    place = tmp_path / "linked"
    git_run(git.root, "worktree", "add", "--quiet", "--detach", str(place))
    begin(place, "")
    Branch(Git(place), BRANCH).point(git.head())

    undo("one", around(place))

    assert Branch(git, BRANCH).commit == ""


def test_a_second_undo_does_nothing(repository: Repository) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")

    assert undo("one", around(git.root)) == ("worktrees",)
    assert undo("one", around(git.root)) == ()


def test_a_run_that_was_taken_back_is_not_resumed(repository: Repository) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    undo("one", around(git.root))

    with pytest.raises(RunUnfit, match="run one was taken back"):
        resume("one", around(git.root), None)


def test_a_run_under_way_is_not_taken_back(project: Git) -> None:
    with (
        RunFolder(project.root, "one").locked(),
        pytest.raises(RunUnfit, match="under way"),
    ):
        undo("one", around(project.root))


def test_a_damaged_run_does_not_hide_the_others(repository: Repository) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    broken = RunFolder(git.root, "two").path
    broken.mkdir()
    (broken / "run.json").write_text('{"id": "three"}')

    assert [each.state for each in runs(around(git.root))] == ["unfinished", "damaged"]


def commit_more(place: Path, git_run: Callable[..., str]) -> str:
    (place / "mine.py").write_text("mine = 1\n")
    git_run(place, "add", "mine.py")
    git_run(place, "commit", "--quiet", "-m", "Mine")
    return git_run(place, "rev-parse", "HEAD")


def test_commits_on_top_of_a_delivered_branch_are_not_lost(
    repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    Branch(git, BRANCH).point(git.head())
    git_run(git.root, "switch", "--quiet", BRANCH)
    mine = commit_more(git.root, git_run)
    git_run(git.root, "switch", "--quiet", "main")

    with pytest.raises(RunUnfit, match="not this run's"):
        undo("one", around(git.root))

    assert Branch(git, BRANCH).commit == mine


def test_commits_that_were_merged_do_not_hold_a_run_back(
    repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    Branch(git, BRANCH).point(git.head())
    commit_more(git.root, git_run)
    Branch(git, BRANCH).point(git.head())

    undo("one", around(git.root))

    assert Branch(git, BRANCH).commit == ""


def test_commits_on_top_of_a_created_project_are_not_lost(
    project: Git, git_run: Callable[..., str]
) -> None:
    mine = commit_more(project.root, git_run)

    with pytest.raises(RunUnfit, match="not this run's"):
        undo("one", around(project.root))

    assert project.head() == mine
    assert (project.root / "mine.py").exists()


def test_a_branch_that_another_worktree_works_on_is_not_taken_away(
    repository: Repository, git_run: Callable[..., str], tmp_path: Path
) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    Branch(git, BRANCH).point(git.head())
    git_run(git.root, "worktree", "add", "--quiet", str(tmp_path / "other"), BRANCH)

    with pytest.raises(RunUnfit, match=r"checked out in .*other"):
        undo("one", around(git.root))

    assert Branch(git, BRANCH).commit == git.head()


def test_a_forged_record_does_not_let_a_hardened_repository_be_removed(
    repository: Repository,
) -> None:
    git = repository({"precious.py": ""})
    begin(git.root, "")
    Branch(git, BRANCH).point(git.head())
    record = RunFolder(git.root, "one").path / "run.json"
    forged = record.read_text().replace('"creates": ""', '"creates": "folder"')
    record.write_text(forged.replace('"build"', '"harden"'))

    with pytest.raises(RunUnfit, match="creates = 'folder'"):
        undo("one", around(git.root))

    assert (git.root / "precious.py").exists()


@pytest.mark.parametrize("name", ["run.json", "journal.jsonl"])
def test_a_record_that_is_nested_without_end_is_damaged(
    repository: Repository, name: str
) -> None:
    git = repository({"a.py": ""})
    begin(git.root, "")
    place = RunFolder(git.root, "one").path / name
    place.write_text("[" * 100_000 + "\n")

    assert [each.state for each in runs(around(git.root))] == ["damaged"]
