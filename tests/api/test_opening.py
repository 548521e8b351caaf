"""Where a run may begin, and what it finds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from prodwright.adapters.git import create_repository
from prodwright.api.bench import Bench, read_project
from prodwright.api.opening import (
    Opening,
    Surroundings,
    ensure_repository,
    found_profile,
    open_for_build,
    runs_root,
)
from prodwright.api.scoping import scope_of
from prodwright.core.errors import PathRefused, RepositoryUnfit
from prodwright.core.settings import Settings
from prodwright.intake import PROFILE_PATH
from tests_support import Quiet, Repository


def opened(into: Path) -> Bench:
    told: Mapping[str, str] = {"PRODWRIGHT_CACHE_DIR": str(into.parent / "cache")}
    around = Surroundings(folder=into.parent, variables=told, progress=Quiet())
    return open_for_build(Opening(door="build", request="a shop"), around, into)


def test_a_new_folder_becomes_a_repository(tmp_path: Path) -> None:
    bench = opened(tmp_path / "shop")

    ensure_repository(bench)
    head = bench.git.head()
    ensure_repository(bench)

    assert bench.record.creates == "folder"
    assert bench.git.head() == head


def test_a_way_round_to_the_folder_is_made_straight(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()

    bench = opened(tmp_path / "elsewhere" / ".." / "shop")

    assert bench.git.root == tmp_path.resolve() / "shop"


def test_an_empty_folder_is_kept(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()

    assert opened(tmp_path / "shop").record.creates == "repository"


def test_a_repository_that_a_crash_left_without_a_commit_gets_one(
    tmp_path: Path, git_run: Callable[..., str]
) -> None:
    bench = opened(tmp_path / "shop")
    git_run(bench.git.root, "init", "--quiet", "--initial-branch=main")

    ensure_repository(bench)

    assert bench.git.head()


def test_a_repository_without_files_gets_the_branch_checked_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "shop").mkdir()
    create_repository(tmp_path / "shop", {})

    assert opened(tmp_path / "shop").record.creates == "checkout"


def test_a_repository_with_files_is_left_as_it_is(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})

    bench = opened(git.root)

    assert bench.record.creates == ""
    assert bench.record.base == git.head()


def test_files_that_were_removed_are_not_an_empty_project(
    repository: Repository,
) -> None:
    git = repository({"a.py": "x = 1\n"})
    (git.root / "a.py").unlink()

    assert opened(git.root).record.creates == ""


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    git = create_repository(tmp_path / "shop", {})
    git.run("update-ref", "-d", "HEAD")

    with pytest.raises(RepositoryUnfit):
        opened(tmp_path / "shop")


def test_a_folder_with_files_in_a_repository_points_at_the_repository(
    repository: Repository,
) -> None:
    git = repository({"src/a.py": "x = 1\n"})

    with pytest.raises(PathRefused) as caught:
        opened(git.root / "src")

    assert str(git.root) in (caught.value.hint or "")


def test_runs_belong_to_the_nearest_repository(tmp_path: Path) -> None:
    inner = tmp_path / "shop" / "src"
    inner.mkdir(parents=True)

    with pytest.raises(RepositoryUnfit):
        runs_root(inner)
    (tmp_path / "shop" / ".prodwright" / "runs").mkdir(parents=True)

    assert runs_root(inner) == tmp_path / "shop"


def test_a_profile_that_was_put_there_counts(tmp_path: Path) -> None:
    assert found_profile(tmp_path) == ""
    file = tmp_path / PROFILE_PATH
    file.parent.mkdir(parents=True)
    file.write_text("[answers]\n")

    assert found_profile(tmp_path) == "[answers]\n"
    (tmp_path / "a.py").touch()
    assert found_profile(tmp_path) == ""


def test_a_scope_lies_inside(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / "src").mkdir(parents=True)

    assert scope_of(Path("src"), root, root) == "src"
    with pytest.raises(PathRefused, match="no such file"):
        scope_of(Path("nowhere"), root, root)
    with pytest.raises(PathRefused, match="outside"):
        scope_of(Path(".."), root, root)


def test_a_project_is_what_parses(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "good.py").write_text("x = 1\n")
    (tmp_path / "src" / "broken.py").write_text("x = (\n")
    (tmp_path / "src" / "linked.py").symlink_to("good.py")

    paths = [each.path for each in read_project(tmp_path, "src", Settings()).sources]

    assert paths == ["src/good.py"]
    assert read_project(tmp_path, "nowhere", Settings()).sources == ()


def test_a_file_that_is_not_python_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("print 1\n")

    project = read_project(tmp_path, "", Settings())

    assert [each.path for each in project.sources] == ["a.py"]
    assert [path for path, _ in project.unread] == ["b.py"]
