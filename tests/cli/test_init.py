"""`prodwright init`, as a user sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prodwright.delivery.integrations import NAMES
from tests_support import Program, Repository

pytestmark = pytest.mark.slow
FILES = {
    "agents-md": {"AGENTS.md"},
    "claude": {
        ".claude/agents/production-engineer.md",
        ".claude/settings.json",
        ".claude/skills/prodwright/SKILL.md",
        ".mcp.json",
    },
    "codex": {
        ".agents/skills/prodwright/SKILL.md",
        ".codex/config.toml",
        "AGENTS.md",
    },
    "copilot": {".github/copilot-instructions.md", ".vscode/mcp.json"},
    "github": {".github/workflows/prodwright.yml"},
    "pre-commit": {".pre-commit-config.yaml"},
}


def files_in(root: Path) -> dict[str, str]:
    return {
        file.relative_to(root).as_posix(): file.read_text()
        for file in root.rglob("*")
        if file.is_file() and ".git" not in file.relative_to(root).parts
    }


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_then_writes_and_a_second_time_changes_nothing(
    program: Program, repository: Repository, name: str
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (root / "src").mkdir()

    shown = program(root, "init", name)
    before = files_in(root)
    written = program(root / "src", "init", name, "--yes")
    after = files_in(root)
    again = program(root, "init", name)

    assert shown.returncode == 4
    assert "add --yes" in shown.stderr
    assert set(before) == {"a.py"}
    assert written.returncode == 0
    assert written.stdout == shown.stdout
    assert set(after) == {"a.py", *FILES[name]}
    assert all(f"+++ b/{path}" in shown.stdout for path in FILES[name])
    assert again.returncode == 0
    assert again.stderr == "nothing to do\n"
    assert files_in(root) == after


def test_what_is_there_is_merged_with_or_left_alone(
    program: Program, repository: Repository
) -> None:
    settings = '{"permissions": {"allow": ["Bash(ls)"]}}\n'
    own = "my own engineer\n"
    root = repository(
        {
            ".claude/settings.json": settings,
            ".claude/agents/production-engineer.md": own,
        }
    ).root
    (root / ".claude/settings.json").chmod(0o600)

    done = program(root, "init", "claude", "--yes", "--json")

    document = json.loads(done.stdout)
    merged = json.loads((root / ".claude/settings.json").read_text())
    actions = {each["path"]: each["action"] for each in document["changes"]}
    (hook,) = merged["hooks"]["Stop"][0]["hooks"]
    assert document["written"] is True
    assert document["kept"] == [".claude/agents/production-engineer.md"]
    assert (root / ".claude/agents/production-engineer.md").read_text() == own
    assert actions[".claude/settings.json"] == "change"
    assert actions[".mcp.json"] == "create"
    assert merged["permissions"] == {"allow": ["Bash(ls)"]}
    assert hook["command"] == "prodwright hook stop || exit 2"
    assert (root / ".claude/settings.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "path", "text"),
    [
        ("claude", ".claude/settings.json", "{broken"),
        ("claude", ".mcp.json", "[1]"),
        ("codex", ".codex/config.toml", "= broken"),
        ("copilot", ".vscode/mcp.json", "// a comment\n{}"),
        ("agents-md", "AGENTS.md", "<!-- prodwright:begin -->"),
        ("pre-commit", ".pre-commit-config.yaml", "repos: [a]"),
    ],
)
def test_a_file_that_is_damaged_is_named_and_nothing_is_written(
    program: Program, repository: Repository, name: str, path: str, text: str
) -> None:
    root = repository({path: text}).root

    done = program(root, "init", name, "--yes")

    assert done.returncode == 2
    assert done.stderr.startswith(f"error[configuration-invalid]: {path}: ")
    assert len(done.stderr.splitlines()) == 2
    assert files_in(root) == {path: text}


def test_a_link_that_leads_out_is_not_followed(
    program: Program, repository: Repository, tmp_path: Path
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (tmp_path / "elsewhere").mkdir()
    (root / ".claude").symlink_to(tmp_path / "elsewhere")

    done = program(root, "init", "claude", "--yes")

    assert done.returncode == 2
    assert "leads out of" in done.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_that_is_not_text_is_refused(
    program: Program, repository: Repository
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (root / "AGENTS.md").write_bytes(b"\xff\xfe")

    done = program(root, "init", "agents-md", "--yes")

    assert done.returncode == 2
    assert "not UTF-8" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_repository_that_may_not_be_written_is_one_line(
    repository: Repository,
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && '
    script += 'exec "$2" -m prodwright init agents-md --yes'
    command = ["unshare", "--mount", "sh", "-c", script, "sh", str(root)]

    done = subprocess.run([*command, sys.executable], capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr.startswith("error[path-refused]: ")
    assert "read-only file system" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("answer", "files"), [("y", {"AGENTS.md"}), ("n", set())])
def test_a_person_is_asked_after_having_seen_the_difference(
    tmp_path: Path, answer: str, files: set[str]
) -> None:
    ours, theirs = os.openpty()
    terminal = {key: value for key, value in os.environ.items() if key != "CI"}
    process = subprocess.Popen(
        [sys.executable, "-m", "prodwright", "init", "agents-md"],
        cwd=tmp_path,
        env=terminal,
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    shown, _ = process.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)

    assert process.returncode == 0
    assert "+++ b/AGENTS.md" in shown
    assert set(files_in(tmp_path)) == files


def test_a_folder_in_the_way_is_one_line(
    program: Program, repository: Repository
) -> None:
    root = repository({".claude": "a file\n", "AGENTS.md/x": "a folder\n"}).root

    file = program(root, "init", "claude", "--yes")
    folder = program(root, "init", "agents-md", "--yes")

    assert (file.returncode, folder.returncode) == (2, 2)
    assert file.stderr.startswith("error[path-refused]")
    assert folder.stderr.startswith("error[path-refused]")


def test_an_unknown_name_is_answered_with_the_known_ones(
    program: Program, tmp_path: Path
) -> None:
    done = program(tmp_path, "init", "emacs")

    assert done.returncode == 2
    assert all(name in done.stderr for name in NAMES)
