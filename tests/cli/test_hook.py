"""The Stop hook, run as an agent runs it, in real repositories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests_support import Repository

pytestmark = pytest.mark.slow
Hook = Callable[..., "subprocess.CompletedProcess[str]"]
BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"
WORSE = BAD + "\n\ndef gather(item, into={}):\n    into[item] = 1\n    return into\n"


@pytest.fixture
def hook(tmp_path: Path) -> Hook:
    """Return a function that runs the hook with what an agent tells it."""

    def run(
        told: Any, folder: Path | None = None, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        cache = {"PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}
        return subprocess.run(
            [sys.executable, "-m", "prodwright", "hook", "stop"],
            input=told if isinstance(told, str) else json.dumps(told),
            cwd=folder or tmp_path,
            env={**os.environ, **cache, **variables},
            capture_output=True,
            text=True,
        )

    return run


def event(root: Path, *, again: bool = False, session: str = "one") -> dict[str, Any]:
    return {
        "session_id": session,
        "cwd": str(root),
        "hook_event_name": "Stop",
        "stop_hook_active": again,
    }


def test_clean_changes_let_the_agent_end_silently(
    hook: Hook, repository: Repository
) -> None:
    root = repository({"a.py": BAD, "b.py": "x = 1\n"}).root
    (root / "b.py").write_text("x = 2\n")

    done = hook(event(root))

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_findings_in_what_changed_keep_the_agent(
    hook: Hook, repository: Repository
) -> None:
    root = repository({"a.py": "x = 1\n", "old.py": BAD}).root
    (root / "new.py").write_text(BAD)

    done = hook(event(root))

    assert done.returncode == 2
    assert done.stdout == ""
    assert "new.py:1: high mutable-default" in done.stderr
    assert "old.py" not in done.stderr


def test_a_file_that_cannot_be_judged_keeps_the_agent(
    hook: Hook, repository: Repository
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (root / "a.py").write_text("def (:\n")

    done = hook(event(root))

    assert done.returncode == 2
    assert "a.py: not judged" in done.stderr


def test_the_same_findings_are_not_held_against_it_twice_but_new_ones_are(
    hook: Hook, repository: Repository
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (root / "a.py").write_text(BAD)

    first = hook(event(root))
    second = hook(event(root, again=True))
    (root / "a.py").write_text(WORSE)
    third = hook(event(root, again=True))
    fourth = hook(event(root, again=True))
    other = hook(event(root, again=True, session="two"))
    fresh = hook(event(root))

    codes = [each.returncode for each in (first, second, third, fourth, other, fresh)]
    assert codes == [2, 0, 2, 0, 2, 2]
    assert "1 finding is still open" in second.stderr
    assert "2 findings are still open" in fourth.stderr


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("", "not JSON"),
        ("nonsense", "not JSON"),
        ("[1]", "no JSON object"),
        ('{"cwd": "/no/such/folder"}', "no folder"),
        ('{"cwd": "/\\u0000"}', "no folder"),
        ("{}", "not in a git repository"),
    ],
)
def test_whatever_fails_keeps_the_agent_and_says_how_to_switch_it_off(
    hook: Hook, told: str, reason: str
) -> None:
    done = hook(told)

    assert done.returncode == 2
    assert reason in done.stderr
    assert "remove `prodwright hook stop`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong_keeps_the_agent(
    hook: Hook, repository: Repository
) -> None:
    root = repository({"prodwright.toml": "no_such_key = 1\n"}).root

    done = hook(event(root))

    assert done.returncode == 2
    assert "no_such_key" in done.stderr


def test_a_memory_that_cannot_be_written_keeps_the_agent(
    hook: Hook, repository: Repository, tmp_path: Path
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    (root / "a.py").write_text(BAD)
    (tmp_path / "file").touch()

    done = hook(event(root), PRODWRIGHT_CACHE_DIR=str(tmp_path / "file"))

    assert done.returncode == 2
    assert "remove `prodwright hook stop`" in done.stderr


def test_the_command_that_init_writes_blocks_without_the_program(
    repository: Repository,
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    done = subprocess.run(
        ["/bin/sh", "-c", "prodwright hook stop || exit 2"],
        cwd=root,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
