"""Copies of a project as it stands."""

from __future__ import annotations

import os
from pathlib import Path

from prodwright.adapters.working_copies import copy_as_it_stands
from tests_support import Repository


def names(folder: Path) -> set[str]:
    return {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if not each.is_dir() or each.is_symlink()
    }


def test_a_repository_gives_what_git_does_not_ignore(
    repository: Repository, tmp_path: Path
) -> None:
    git = repository({"a.py": "1", "gone.py": "2", ".gitignore": "*.log\n"})
    (git.root / "gone.py").unlink()
    (git.root / "new.py").write_text("3")
    (git.root / "noise.log").write_text("4")

    copy_as_it_stands(git.root, git, tmp_path / "copy", tmp_path / "c")

    assert names(tmp_path / "copy") == {".gitignore", "a.py", "new.py"}


def test_a_plain_folder_gives_all_but_environments_and_hidden_folders(
    tmp_path: Path,
) -> None:
    project = tmp_path / "project"
    for each in (".venv/x.py", "env/pyvenv.cfg", "env/x.py", "src/a.py", "data.txt"):
        (project / each).parent.mkdir(parents=True, exist_ok=True)
        (project / each).write_text("")

    copy_as_it_stands(project, None, tmp_path / "copy", tmp_path / "c")

    assert names(tmp_path / "copy") == {"src/a.py", "data.txt"}


def test_links_out_and_pipes_are_left_out(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("a")
    (project / "inside").symlink_to("a.txt")
    (project / "outside").symlink_to("/etc/passwd")
    os.mkfifo(project / "pipe")

    copy_as_it_stands(project, None, tmp_path / "copy", tmp_path / "c")

    assert names(tmp_path / "copy") == {"a.txt", "inside"}


def test_a_copy_inside_the_project_does_not_copy_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a")
    cache = tmp_path / "cache"
    (cache / "other").mkdir(parents=True)
    (cache / "other" / "b.py").write_text("b")

    copy_as_it_stands(tmp_path, None, cache / "copy", cache)

    assert names(cache / "copy") == {"a.py"}
