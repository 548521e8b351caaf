"""Bad input gets one clear line that names it, the right exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests_support import Program, Repository

pytestmark = pytest.mark.slow
BUILD = "I need to implement a user authentication system for our API"


def refused(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """Hold an ending to the rules that every refusal obeys."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error[")]
    assert len(errors) == 1
    for each in said:
        assert each in done.stderr
    assert "hint: " in done.stderr


def test_an_unknown_command(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "revue"), 2, "'revue'", "did you mean review?")


def test_an_unknown_option(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "review", "--nope"), 2, "--nope")


def test_an_unknown_hazard(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "review", "--only", "missing-timout")
    refused(done, 2, "'missing-timout'", "missing-timeout")


def test_an_unknown_page(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "explain", "nothing-like-it"), 2, "'nothing-like-it'")


def test_a_missing_path(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "review", "gone.py"), 2, "gone.py: no such file")


def test_a_file_that_is_not_python(program: Program, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    refused(program(tmp_path, "review", "notes.txt"), 2, "notes.txt: not a Python file")


def test_a_named_file_that_does_not_parse(program: Program, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def (:\n")
    refused(program(tmp_path, "review", "broken.py"), 2, "broken.py:1: invalid syntax")


def test_a_named_file_that_is_not_text(program: Program, tmp_path: Path) -> None:
    (tmp_path / "latin.py").write_bytes(b"name = '\xe9'\n")
    refused(
        program(tmp_path, "review", "latin.py"), 2, "latin.py: not readable as text"
    )


def test_a_named_file_that_is_huge(program: Program, tmp_path: Path) -> None:
    (tmp_path / "big.py").write_text("x = 1\n" * 400_000)
    refused(program(tmp_path, "review", "big.py"), 2, "big.py: 2,400,000 bytes")


def test_a_link_that_points_at_itself(program: Program, tmp_path: Path) -> None:
    (tmp_path / "loop.py").symlink_to("loop.py")
    refused(program(tmp_path, "review", "loop.py"), 2, "loop.py")


def test_a_file_nested_too_deeply(program: Program, tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text("(" * 5_000 + ")" * 5_000)
    refused(program(tmp_path, "review", "deep.py"), 2, "deep.py")


def test_an_empty_file_is_clean(program: Program, tmp_path: Path) -> None:
    (tmp_path / "empty.py").touch()
    done = program(tmp_path, "review", "empty.py")

    assert (done.returncode, done.stdout) == (0, "")


def test_a_broken_file_in_a_folder_is_named_and_counts_as_unjudged(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    (tmp_path / "broken.py").write_text("def (:\n")

    done = program(tmp_path, "review")

    assert done.returncode == 6
    assert "not judged: broken.py: " in done.stderr


def test_changed_outside_a_repository(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "review", "--changed"), 2, "not in a git repository")


def test_an_unknown_base(program: Program, repository: Repository) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    refused(program(root, "review", "--changed", "--base", "nope"), 2, "'nope'")


def test_harden_outside_a_repository(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "harden"), 2, "not in a git repository", "git init")


def test_harden_without_a_commit(
    program: Program, tmp_path: Path, git_run: Callable[..., str]
) -> None:
    git_run(tmp_path, "init", "--quiet")
    refused(program(tmp_path, "harden"), 2, "has no commit yet")


def test_harden_in_the_middle_of_a_merge(
    program: Program, repository: Repository
) -> None:
    git = repository({"a.py": "x = 1\n"})
    (git.root / ".git" / "MERGE_HEAD").write_text(git.head())

    refused(program(git.root, "harden"), 2, "middle of a merge", "merge --abort")


def test_harden_of_a_path_outside_the_repository(
    program: Program, repository: Repository
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    refused(program(root, "harden", ".."), 2, "outside the repository")


def test_an_unknown_key_in_the_configuration(program: Program, tmp_path: Path) -> None:
    (tmp_path / "prodwright.toml").write_text('fail_onn = "high"\n')
    refused(program(tmp_path, "review"), 2, "'fail_onn'", "did you mean fail_on?")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('fail_on = "severe"', "fail_on = 'severe'"),
        ("attempts = 99", "attempts = 99"),
        ("attempts = ", "not valid TOML"),
    ],
)
def test_a_wrong_value_in_the_configuration(
    program: Program, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "prodwright.toml").write_text(f"{line}\n")
    refused(program(tmp_path, "review"), 2, said)


def test_a_request_that_no_blueprint_fits(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "build", "write a chess engine", "--into", "chess")

    refused(done, 4, "'write a chess engine'", "authentication", "model")
    assert not (tmp_path / "chess").exists()


def test_an_answer_to_a_question_that_is_not_asked(
    program: Program, tmp_path: Path
) -> None:
    done = program(
        tmp_path, "build", BUILD, "--into", "x", "--answer", "databse=sqlite"
    )
    refused(done, 2, "'databse'", "did you mean database?")


def test_an_answer_that_is_no_option(program: Program, tmp_path: Path) -> None:
    done = program(
        tmp_path, "build", BUILD, "--into", "x", "--answer", "database=oracle"
    )
    refused(done, 2, "database = 'oracle'", "sqlite")


def test_an_answer_without_a_value(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "build", BUILD, "--into", "x", "--answer", "database")
    refused(done, 2, "'database' is not KEY=VALUE")


def test_a_question_without_a_default(program: Program, tmp_path: Path) -> None:
    words = ("--into", "x", "--answer", "email_delivery=smtp")
    refused(program(tmp_path, "build", BUILD, *words), 4, "smtp_host", "--answer")


def test_a_missing_profile(program: Program, tmp_path: Path) -> None:
    done = program(tmp_path, "build", BUILD, "--into", "x", "--profile", "gone.toml")
    refused(done, 2, "gone.toml")


def test_a_folder_with_files_that_is_no_repository(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").touch()
    refused(program(tmp_path, "build", BUILD), 2, "is no repository", "--into")


def test_a_target_that_is_a_file(program: Program, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    done = program(tmp_path, "build", BUILD, "--into", "notes.txt")
    refused(done, 2, "notes.txt: not a folder")


def test_a_target_that_cannot_be_made(program: Program) -> None:
    done = program(Path("/"), "build", BUILD, "--into", "/proc/made")
    refused(done, 2, "/proc/made")


def test_an_unknown_run(program: Program, repository: Repository) -> None:
    root = repository({}).root
    refused(program(root, "runs", "resume", "2020"), 2, "'2020'")


def test_without_git(program: Program, repository: Repository) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    done = program(root, "harden", environment={"PATH": "/nowhere"})
    refused(done, 3, "git is not installed")


def test_results_that_go_where_no_folder_is(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    done = program(tmp_path, "review", "--sarif", "a.py/findings.sarif")
    refused(done, 2, "a.py")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_repository_that_cannot_be_written_to(repository: Repository) -> None:
    root = repository({"a.py": "def a(x=[]):\n    return x\n"}).root
    mount = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"'

    refused(hardened_under(mount, root), 2, "read-only file system")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk(repository: Repository) -> None:
    root = repository({"a.py": "def a(x=[]):\n    return x\n"}).root
    mount = 'cp -a "$1" "$1-kept" && mount -t tmpfs -o size=1m tmpfs "$1" && '
    mount += 'cp -a "$1-kept/." "$1" && ! dd if=/dev/zero of="$1/fill" 2>/dev/null'

    refused(hardened_under(mount, root), 3, "no space left on device")


def hardened_under(mount: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Harden `root` in a mount namespace in which `mount` was run."""
    script = f'{mount} && cd "$1" && exec "$2" -m prodwright harden'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(root)]
    return subprocess.run([*command, sys.executable], capture_output=True, text=True)


def test_ctrl_c_leaves_a_run_that_can_be_resumed(
    program: Program, repository: Repository
) -> None:
    root = repository({"a.py": "def a(x=[]):\n    return x\n"}).root
    done = program(root, "harden", interrupt_after="engineer-1")

    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    listed = program(root, "runs", "list").stdout
    assert "unfinished" in listed
    assert program(root, "runs", "resume", listed.split()[0]).returncode == 0
