"""A run's worktrees hold what its steps say, and nothing leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.git import Git
from prodwright.core.brief import Proposal, ProposedStep
from prodwright.core.errors import PathRefused
from prodwright.runs import RunFolder, RunRecord
from prodwright.runs.workbench import Workbench
from tests_support import Repository


def workbench(git: Git) -> Workbench:
    folder = RunFolder(git.root, "one")
    at = "2026-01-02T03:04:05+00:00"
    folder.create(RunRecord(id="one", door="harden", created_at=at, request="x"))
    return Workbench(git, folder)


def writing(path: str) -> Proposal:
    return Proposal(steps=(ProposedStep(title="Write", files={path: b"x = 2\n"}),))


@pytest.mark.parametrize(
    "path", ["../out.py", "/tmp/out.py", ".git/hooks/pre-commit", "linked.py"]
)
def test_a_step_cannot_write_outside(repository: Repository, path: str) -> None:
    git = repository({"a.py": "x = 1\n"})
    (git.root / "linked.py").symlink_to("a.py")
    git.commit_files(["linked.py"], "Link", "2026-01-02T03:04:05+00:00")

    with pytest.raises(PathRefused, match="leads out"):
        workbench(git).commit(git.head(), writing(path))

    assert (git.root / "a.py").read_text() == "x = 1\n"


def test_a_step_becomes_one_commit(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})

    change = workbench(git).commit(git.head(), writing("a.py"))

    assert git.read(change.head, "a.py") == b"x = 2\n"
    assert [step.title for step in change.steps] == ["Write"]
    assert (git.root / "a.py").read_text() == "x = 1\n"


def test_a_spoilt_copy_is_made_anew(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})
    bench = workbench(git)
    tree = bench.checkout(git.head())

    copy = bench.scratch_copy(tree, "tests")
    (copy / "a.py").write_text("spoilt")
    again = bench.scratch_copy(tree, "tests")

    assert (again / "a.py").read_text() == "x = 1\n"
    assert not (again / ".git").exists()
    assert (tree / "a.py").read_text() == "x = 1\n"


def test_a_run_whose_folder_is_gone_cannot_be_held(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path, "one")

    with pytest.raises(PathRefused), folder.locked():
        pass


def test_a_second_run_leaves_the_list_of_ignored_files(repository: Repository) -> None:
    git = repository({"a.py": "x = 1\n"})
    workbench(git)
    (ignored,) = git.root.glob(".prodwright/**/.gitignore")
    ignored.write_text("*\n# mine\n")

    RunFolder(git.root, "two").create(
        RunRecord(id="two", door="harden", created_at="", request="x")
    )

    assert ignored.read_text() == "*\n# mine\n"
