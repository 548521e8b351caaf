"""The folder that a model writes in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from prodwright.adapters.desk import Desk
from tests_support import Repository

pytestmark = pytest.mark.slow


def desk_of(repository: Repository, tmp_path: Path, files: dict[str, str]) -> Desk:
    git = repository(files)
    return Desk(git=git, folder=tmp_path / "desk", index=tmp_path / "desk.index")


def test_it_holds_the_files_and_no_repository(
    repository: Repository, tmp_path: Path
) -> None:
    desk = desk_of(repository, tmp_path, {"a.py": "x = 1\n", "b/c.py": "y = 2\n"})

    desk.restore(desk.git.tree_of("HEAD"))

    found = sorted(p.name for p in desk.folder.rglob("*") if p.is_file())
    assert found == ["a.py", "c.py"]
    assert desk.snapshot() == desk.git.tree_of("HEAD")


def test_a_state_can_be_gone_back_to(repository: Repository, tmp_path: Path) -> None:
    desk = desk_of(repository, tmp_path, {"a.py": "x = 1\n", "b.py": ""})
    first = desk.git.tree_of("HEAD")
    desk.restore(first)
    (desk.folder / "a.py").write_text("x = 2\n")
    (desk.folder / "b.py").unlink()
    (desk.folder / "new.py").write_text("")

    second = desk.snapshot()
    desk.restore(first)
    desk.restore(second)

    assert sorted(p.name for p in desk.folder.iterdir()) == ["a.py", "new.py"]
    assert (desk.folder / "a.py").read_text() == "x = 2\n"


def test_what_somebody_wrote_and_git_ignores_is_named_and_no_caches(
    repository: Repository, tmp_path: Path
) -> None:
    desk = desk_of(repository, tmp_path, {".gitignore": "*\n", "kept.py": ""})
    before = desk.ignored()
    desk.restore(desk.git.tree_of("HEAD"))
    written = ["tests/test_a.py", ".github/workflows/a.yml", "kept.py"]
    caches = [".ruff_cache/a.json", "a/__pycache__/a.py", ".coverage", "a.pyc"]
    for path in (*written, *caches):
        place = desk.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x = 1\n")

    assert before == ()
    assert sorted(desk.ignored()) == [".github/workflows/a.yml", "tests/test_a.py"]


def test_the_users_own_index_and_files_stay_as_they_are(
    repository: Repository, tmp_path: Path
) -> None:
    desk = desk_of(repository, tmp_path, {"a.py": "x = 1\n"})
    (desk.git.root / "a.py").write_text("mine\n")

    desk.restore(desk.git.tree_of("HEAD"))
    (desk.folder / "a.py").write_text("x = 2\n")
    desk.snapshot()

    assert desk.git.uncommitted() == ("a.py",)
    assert (desk.git.root / "a.py").read_text() == "mine\n"


def test_line_ends_of_files_that_nobody_changed_stay(
    repository: Repository, tmp_path: Path
) -> None:
    files = {".gitattributes": "* text=auto\n", "a.py": "x = 1\r\n"}
    desk = desk_of(repository, tmp_path, files)
    tree = desk.git.tree_of("HEAD")

    desk.restore(tree)

    assert desk.snapshot() == tree


def test_a_repository_planted_inside_is_removed(
    repository: Repository, tmp_path: Path
) -> None:
    desk = desk_of(repository, tmp_path, {"a.py": ""})
    desk.restore(desk.git.tree_of("HEAD"))
    inner = desk.folder / "inner"
    inner.mkdir()
    subprocess.run(["git", "init", "-q", str(inner)], check=True)
    (inner / "b.py").write_text("")

    tree = desk.snapshot()

    assert desk.git.run("ls-tree", "-r", "--name-only", tree) == "a.py\ninner/b.py"


def test_a_filter_that_the_repository_configures_does_not_run(
    repository: Repository, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    desk = desk_of(repository, tmp_path, {".gitattributes": "*.py filter=evil\n"})
    desk.git.run("config", "filter.evil.clean", f"touch {mark}; cat")
    desk.git.run("config", "filter.evil.smudge", f"touch {mark}; cat")
    desk.restore(desk.git.tree_of("HEAD"))
    (desk.folder / "a.py").write_text("x = 1\n")

    desk.restore(desk.snapshot())

    assert not mark.exists()


def test_a_tree_becomes_a_commit_without_a_checkout(
    repository: Repository, tmp_path: Path
) -> None:
    desk = desk_of(repository, tmp_path, {"a.py": ""})
    desk.restore(desk.git.tree_of("HEAD"))
    (desk.folder / "a.py").write_text("x = 1\n")
    tree, head = desk.snapshot(), desk.git.head()

    made = [
        desk.git.commit_tree(tree, head, "Change", "2026-01-02T03:04:05+00:00")
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert desk.git.changed_between(head, made[0]) == ("a.py",)
    assert desk.git.head() == head
