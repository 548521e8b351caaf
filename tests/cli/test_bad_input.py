"""Bad input gets one clear line that names it, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prodwright.adapters.git import Git
from tests_support import Program, Repository, heed_interrupts

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
    refused(program(tmp_path, "reviev"), 2, "'reviev'", "did you mean review")


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


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("rm -r .git && mkdir .git", "not a git repository"),
        ("rm -r .git && echo gitdir: /gone >.git", "not a git repository"),
        ("echo '[[[' >>.git/config", "bad config line"),
        ("chown -R 12345 .", "belongs to another user"),
        ("git branch prodwright", "a branch named 'prodwright'"),
    ],
)
def test_a_repository_that_git_refuses(
    program: Program, repository: Repository, made: str, said: str
) -> None:
    root = repository({"a.py": ""}).root
    subprocess.run(["sh", "-c", made], cwd=root, check=True)

    refused(program(root, "harden"), 2, said)


def test_a_target_inside_the_git_folder(
    program: Program, repository: Repository
) -> None:
    root = repository({}).root

    refused(program(root, "build", BUILD, "--into", ".git/new"), 2, "inside a .git")


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


def test_an_unknown_key_in_a_profile(program: Program, tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text('databse = "sqlite"\n')
    words = ("--into", "x", "--profile", "answers.toml")

    refused(program(tmp_path, "build", BUILD, *words), 2, "databse", "database")


def test_what_cannot_be_built_leaves_nothing_behind(
    program: Program, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())

    program(tmp_path, "build", BUILD, "--into", "x", "--answer", "database=oracle")

    assert set(tmp_path.iterdir()) - before <= set()


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


def test_harden_of_a_file_that_is_not_committed(
    program: Program, repository: Repository
) -> None:
    root = repository({"a.py": ""}).root
    (root / "new.py").write_text("")

    refused(program(root, "harden", "new.py"), 2, "not in the last commit", "commit")


def test_a_name_that_is_not_utf_8_counts_as_unjudged(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "\udcff.py").write_text("")

    done = program(tmp_path, "review", "--json")

    assert done.returncode == 6
    assert "its name is not UTF-8" in done.stdout


@pytest.mark.parametrize(
    "text", ["tool = 5\n", "[tool]\nprodwright = 5\n", '[tool.prodwright]\nonly = [""]']
)
def test_a_configuration_of_another_shape(
    program: Program, tmp_path: Path, text: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    done = program(tmp_path, "review")

    assert done.returncode == (0 if text == "tool = 5\n" else 2)
    assert "Traceback" not in done.stderr


def test_an_empty_variable_sets_nothing(program: Program, tmp_path: Path) -> None:
    told = {"PRODWRIGHT_ONLY": "", "PRODWRIGHT_SKIP": ",", "PRODWRIGHT_ATTEMPTS": ""}

    assert program(tmp_path, "review", environment=told).returncode == 0


@pytest.mark.parametrize(
    ("redirected", "expected"),
    [("| true", 1), (">&-", 1), (">&- 2>&- <&-", 1), (">/dev/full", 3)],
)
def test_output_that_nobody_reads_does_not_change_what_was_found(
    tmp_path: Path, redirected: str, expected: int
) -> None:
    (tmp_path / "a.py").write_text("try:\n    x = 1\nexcept:\n    pass\n" * 2_000)
    command = f'set -o pipefail; "$0" -m prodwright review {redirected}'
    done = subprocess.run(
        ["bash", "-c", command, sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == expected
    assert "Traceback" not in done.stderr


def test_a_terminal_of_few_characters_is_no_obstacle(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "é.py").write_text("try:\n    é = '…'\nexcept:\n    pass\n")
    told = {"PYTHONIOENCODING": "ascii"}

    assert program(tmp_path, "review", environment=told).returncode == 1
    printed = program(tmp_path, "review", "--json", environment=told).stdout
    assert json.loads(printed)["findings"][0]["path"] == "é.py"


def test_results_may_go_to_a_device(program: Program, tmp_path: Path) -> None:
    assert program(tmp_path, "review", "--sarif", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()


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
def test_a_cache_that_cannot_be_written_to_costs_nothing(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    root = repository({"a.py": "def a(x=[]):\n    return x\n"}).root
    (tmp_path / "file").write_text("")
    told = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "file")}

    assert program(root, "harden", environment=told).returncode == 0


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_tests_under_way_at_once(
    repository: Repository, tmp_path: Path, number: signal.Signals
) -> None:
    root = repository({"a.py": "def a(x=[]):\n    return x\n"}).root
    tests = root / "tests"
    tests.mkdir()
    (tests / "test_a.py").write_text(
        "import time\n\ndef test_a():\n    time.sleep(99)\n"
    )
    Git(root).run("add", "tests")
    Git(root).run("commit", "-m", "Tests")
    command = [sys.executable, "-m", "prodwright", "harden", "--python", sys.executable]
    told = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
    process = subprocess.Popen(
        command,
        cwd=root,
        env=told,
        stderr=subprocess.PIPE,
        preexec_fn=heed_interrupts,
    )
    assert process.stderr is not None
    process.stderr.readline()  # intake is done: the tests are tried next
    time.sleep(3.0)

    process.send_signal(number)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 128 + number
    assert b"Traceback" not in said


def test_code_under_review_takes_no_librarys_place(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken')\n")

    done = program(tmp_path, "review", ".")

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("command", ["prove", "harden"])
@pytest.mark.parametrize("named", ["/nowhere/python", "."])
def test_an_interpreter_that_is_none_is_told_before_anything_begins(
    program: Program, repository: Repository, command: str, named: str
) -> None:
    root = repository({"a.py": "A = 1\n"}).root

    refused(program(root, command, "--python", named), 2, f"'{named}' is no program")
    assert not (root / ".prodwright").exists()


def test_ctrl_c_leaves_a_run_that_can_be_resumed(
    program: Program, repository: Repository
) -> None:
    slow = "import time\n\n\ndef test_slow():\n    time.sleep(2)\n    assert True\n"
    code = "def a(x=[]):\n    return x\n"
    root = repository({"a.py": code, "tests/test_a.py": slow}).root
    words = ("harden", "--python", sys.executable)
    done = program(root, *words, interrupt_after="intake")

    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    listed = program(root, "runs", "list").stdout
    assert "unfinished" in listed
    assert program(root, "runs", "resume", listed.split()[0]).returncode == 0


def test_a_choice_that_leaves_nothing_to_look_for(
    program: Program, tmp_path: Path
) -> None:
    done = program(tmp_path, "review", "--only", "security", "--skip", "security")
    refused(done, 2, "only security and skip security leave no hazard")


@pytest.mark.parametrize("way", ["../a.py", "../link/a.py"])
def test_a_changed_file_is_found_by_any_way(
    program: Program, repository: Repository, way: str
) -> None:
    git = repository({"a.py": "", "sub/b.py": ""})
    (git.root / "link").symlink_to(".")
    (git.root / "a.py").write_text("def f(x=[]):\n    x.append(1)\n    return x\n")

    done = program(git.root / "sub", "review", "--changed", way)

    assert done.returncode == 1
    assert done.stdout.startswith("a.py\n")


def test_results_do_not_replace_code(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    refused(program(tmp_path, "review", "--sarif", "a.py"), 2, "a.py is code")
    assert (tmp_path / "a.py").read_text() == "x = 1\n"


def test_results_that_would_replace_each_other(
    program: Program, tmp_path: Path
) -> None:
    done = program(tmp_path, "review", "--sarif", "out", "--junit", "out")
    refused(done, 2, "out is named twice")


def test_results_to_a_dash(program: Program, tmp_path: Path) -> None:
    refused(program(tmp_path, "review", "--sarif", "-"), 2, "/dev/stdout")
    assert list(tmp_path.iterdir()) == []


def test_a_name_cannot_pretend_to_be_a_line_of_ours(
    program: Program, tmp_path: Path
) -> None:
    bad = "def f(x=[]):\n    x.append(1)\n    return x\n"
    (tmp_path / "a\nclean: 9 files.py").write_text(bad)
    (tmp_path / "b\nclean: 9 files.py").write_text("(")

    done = program(tmp_path, "review")

    assert "\nclean: 9 files" not in done.stdout + done.stderr


def test_two_answers_to_one_question(program: Program, tmp_path: Path) -> None:
    words = ("--answer", "database=sqlite", "--answer", "database=postgres")
    done = program(tmp_path, "build", BUILD, "--yes", *words)
    refused(done, 2, "database is both 'sqlite' and 'postgres'")


def test_harden_in_the_middle_of_a_bisection(
    program: Program, repository: Repository, git_run: Callable[..., str]
) -> None:
    git = repository({"a.py": ""})
    git_run(git.root, "bisect", "start")
    refused(program(git.root, "harden"), 2, "git bisect reset")


def test_a_run_where_there_are_none(program: Program, repository: Repository) -> None:
    git = repository({"a.py": ""})
    refused(program(git.root, "runs", "show", "x"), 2, "'x'", "there are none")


def test_results_where_nothing_may_be_written_are_named_as_given(
    program: Program, tmp_path: Path
) -> None:
    done = program(tmp_path, "review", "--sarif", "/proc/out.sarif")
    refused(done, 2, "/proc/out.sarif: no such file")


def test_a_profile_without_an_end(program: Program, tmp_path: Path) -> None:
    (tmp_path / "large.toml").write_bytes(b"#" * 2_000_001)
    done = program(tmp_path, "build", BUILD, "--yes", "--profile", "large.toml")
    refused(done, 2, "large.toml: more than 2,000,000 bytes")


@pytest.mark.parametrize("option", ["--max-cost", "--max-seconds"])
def test_a_limit_that_is_no_number(
    program: Program, tmp_path: Path, option: str
) -> None:
    done = program(tmp_path, "build", "x", "--model", "scripted:x", option, "nan")
    refused(done, 2, option, "'nan'")


def test_an_empty_base(program: Program, repository: Repository) -> None:
    folder = repository({"a.py": "A = 1\n"}).root
    done = program(folder, "review", "--changed", "--base", "")
    refused(done, 2, "--base is empty")
