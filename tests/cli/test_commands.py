"""The program as a user uses it, on real repositories."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from prodwright import __version__
from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow
BAD = """import requests


def collect(item, seen=[]):
    seen.append(item)
    return seen


def price(url):
    return requests.get(url)
"""
RUNNABLE = """def collect(item, seen=[]):
    seen.append(item)
    return seen
"""
TEST = (
    "from shop import collect\n\n\ndef test_it():\n    assert collect(1, []) == [1]\n"
)

COMMANDS = (
    "build",
    "doctor",
    "explain",
    "harden",
    "hook",
    "init",
    "mcp",
    "prove",
    "review",
    "runs",
)


def snapshot(root: Path) -> dict[str, bytes]:
    """Return the user's files by path."""
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file()
        and file.relative_to(root).parts[0] not in (".git", ".prodwright")
    }


def test_version_and_help_answer(program: Program, tmp_path: Path) -> None:
    assert __version__ in program(tmp_path, "--version").stdout
    shown = program(tmp_path, "--help").stdout
    for command in COMMANDS:
        assert command in shown
    assert "Examples:" in shown


def test_every_command_has_help_with_examples_or_options(
    program: Program, tmp_path: Path
) -> None:
    for command in COMMANDS:
        done = program(tmp_path, command, "--help")
        assert done.returncode == 0
        assert "--help" in done.stdout


def test_shell_completion_is_offered(program: Program, tmp_path: Path) -> None:
    done = program(
        tmp_path,
        environment={
            "_PRODWRIGHT_COMPLETE": "bash_complete",
            "COMP_WORDS": "prodwright re",
            "COMP_CWORD": "1",
        },
    )
    assert "review" in done.stdout


def test_review_shows_what_is_wrong_and_exits_1(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "shop.py").write_text(BAD)

    done = program(tmp_path, "review")

    assert done.returncode == 1
    assert "shop.py\n" in done.stdout
    assert "10:12" in done.stdout
    assert "missing-timeout" in done.stdout
    assert "\x1b" not in done.stdout


def test_review_can_be_narrowed(program: Program, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(BAD)

    only = program(tmp_path, "review", "--only", "least-surprise").stdout
    skipping = program(tmp_path, "review", "--skip", "mutable-default").stdout

    assert "missing-timeout" not in only
    assert "mutable-default" in only
    assert "mutable-default" not in skipping


def test_findings_below_the_bar_do_not_fail(program: Program, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(BAD)

    assert program(tmp_path, "review", "--fail-on", "critical").returncode == 0


def test_only_changed_files_are_reviewed(
    program: Program, repository: Repository
) -> None:
    root = repository({"old.py": BAD, "shop.py": "x = 1\n"}).root
    (root / "shop.py").write_text(BAD)

    shown = program(root, "review", "--changed").stdout

    assert "shop.py" in shown
    assert "old.py" not in shown


def test_review_as_json_fits_its_schema_and_gives_every_verdict(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "shop.py").write_text(BAD)

    document = fits_the_schema(program(tmp_path, "review", "--json").stdout)

    assert document["stop_reason"] == "findings"
    assert len(document["verdicts"]) == 42
    standing = {each["practice"]: each["verdict"] for each in document["verdicts"]}
    assert standing["recovery"] == "violated"


def test_review_writes_markdown_that_nothing_breaks_out_of(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "a|b.py").write_text(BAD)
    (tmp_path / "broken.py").write_text("def (:\n")

    program(tmp_path, "review", "--markdown", "summary.md")
    text = (tmp_path / "summary.md").read_text()
    program(tmp_path, "review", "--only", "weak-hash", "--markdown", "clean.md")

    assert "findings in 1 file." in text
    assert "| high | mutable-default | a\\|b.py:4 | " in text
    assert "Not judged: broken.py: " in text
    assert "0 findings in 1 file." in (tmp_path / "clean.md").read_text()


def test_review_writes_sarif_and_junit(program: Program, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(BAD)

    program(tmp_path, "review", "--sarif", "out/a.sarif", "--junit", "a.xml")

    assert json.loads((tmp_path / "out" / "a.sarif").read_text())["version"] == "2.1.0"
    assert "missing-timeout" in (tmp_path / "a.xml").read_text()


def test_explain_tells_of_hazards_and_practices(
    program: Program, tmp_path: Path
) -> None:
    hazard = program(tmp_path, "explain", "missing-timeout").stdout
    practice = program(tmp_path, "explain", "recovery").stdout

    assert "timeout=10.0" in hazard
    assert "missing-timeout" in practice
    shown = program(tmp_path, "explain", "unhandled-input")  # it has no example
    assert shown.returncode == 0
    assert shown.stdout.rstrip().endswith("and answer 4xx.")
    kind = json.loads(program(tmp_path, "explain", "recovery", "--json").stdout)["kind"]
    assert kind == "practice"


def test_doctor_says_what_is_missing_and_what_it_costs(
    program: Program, tmp_path: Path
) -> None:
    shown = program(tmp_path, "doctor").stdout
    checkups = json.loads(program(tmp_path, "doctor", "--json").stdout)["checkups"]

    assert "costs: " in shown
    assert "fail_on = low" in shown
    assert {"git", "sandbox", "model"} <= {each["name"] for each in checkups}


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    program: Program, repository: Repository
) -> None:
    root = repository({"shop.py": BAD}).root
    before = snapshot(root)

    done = program(root, "harden", "--dry-run", "--unsafe")

    assert done.returncode == 0
    assert "+    return requests.get(url, timeout=10.0)" in done.stdout
    assert snapshot(root) == before
    assert not (root / ".prodwright").exists()


def test_harden_delivers_a_branch_and_leaves_the_working_tree_alone(
    program: Program, repository: Repository
) -> None:
    git = repository({"shop.py": RUNNABLE, "test_shop.py": TEST})
    (git.root / "shop.py").write_text(RUNNABLE + "# uncommitted\n")
    before = snapshot(git.root)
    head = git.head()

    done = program(git.root, "harden", "--python", sys.executable, "--json")
    document = fits_the_schema(done.stdout)

    assert done.returncode == 0
    assert document["stop_reason"] == "delivered"
    assert snapshot(git.root) == before
    assert git.head() == head
    assert document["untouched"] == ["shop.py"]
    mended = git.read(document["branch"], "shop.py")
    assert mended is not None
    assert b"seen=None" in mended
    assert b"uncommitted" not in mended
    assert len(document["steps"]) == 1


def test_a_hardened_run_can_be_listed_shown_and_taken_back(
    program: Program, repository: Repository
) -> None:
    git = repository({"shop.py": BAD})
    refs = git.run("for-each-ref")
    program(git.root, "harden")
    run_id = program(git.root, "runs", "list").stdout.split()[0]

    shown = program(git.root, "runs", "show", run_id)
    undone = program(git.root, "runs", "undo", run_id)

    assert "## Practices" in shown.stdout
    assert undone.returncode == 0
    assert git.run("for-each-ref") == refs
    assert git.run("status", "--porcelain") == ""
    assert "undone" in program(git.root, "runs", "list").stdout


def test_tampered_evidence_is_noticed(program: Program, repository: Repository) -> None:
    git = repository({"shop.py": BAD})
    program(git.root, "harden")
    run_id = program(git.root, "runs", "list").stdout.split()[0]
    folder = git.root / ".prodwright" / "runs" / run_id / "evidence"
    record = next(file for file in folder.iterdir() if file.suffix == ".json")
    record.write_text("{}")

    done = program(git.root, "runs", "show", run_id)

    assert done.returncode == 1
    assert "damaged: record" in done.stderr


def test_a_branch_that_is_checked_out_is_not_taken_back(
    program: Program, repository: Repository
) -> None:
    git = repository({"shop.py": BAD})
    program(git.root, "harden")
    run_id = program(git.root, "runs", "list").stdout.split()[0]
    git.run("checkout", "--quiet", f"prodwright/{run_id}")

    done = program(git.root, "runs", "undo", run_id)

    assert done.returncode == 2
    assert "is checked out" in done.stderr


def test_nothing_to_mend_is_said_and_delivers_nothing(
    program: Program, repository: Repository
) -> None:
    git = repository({"shop.py": "x = 1\n"})

    done = program(git.root, "harden")

    assert done.returncode == 0
    assert "nothing was to be written" in done.stdout
    assert "prodwright/" not in git.run("for-each-ref")


def test_a_rewrite_that_breaks_the_tests_is_taken_back_and_named(
    program: Program, repository: Repository
) -> None:
    relies_on_sharing = (
        "from shop import collect\n\n\n"
        "def test_it_remembers():\n    collect(1)\n    assert collect(2) == [1, 2]\n"
    )
    git = repository({"shop.py": RUNNABLE, "test_shop.py": relies_on_sharing})

    done = program(git.root, "harden", "--python", sys.executable)

    assert "taken back  mutable-default in shop.py" in done.stdout
    assert done.returncode == 0


def test_a_detached_head_is_no_obstacle(
    program: Program, repository: Repository
) -> None:
    git = repository({"shop.py": BAD})
    git.run("checkout", "--quiet", "--detach")

    assert program(git.root, "harden").returncode == 0
