"""Which commands a model may run."""

from __future__ import annotations

import pytest

from prodwright.engineer.phases.policy import Decision, Policy


@pytest.mark.parametrize(
    "command",
    [
        ["python", "-m", "pytest", "-q"],
        ["ruff", "check", "."],
        ["grep", "-rn", "todo", "."],
        ["find", ".", "-name", "*.py"],
    ],
)
def test_the_usual_runs_without_asking(command: list[str]) -> None:
    assert Policy().decide(command) == (Decision.ALLOW, "")


@pytest.mark.parametrize(
    "command",
    [
        [],
        [""],
        ["git", "log", "-p"],
        ["curl", "https://example.org"],
        ["pip", "install", "left-pad"],
        ["python", "-m", "pip", "install", "left-pad"],
        ["python3", "-X", "dev", "-m", "pip", "download", "x"],
        ["python", "-m", "http.server"],
        ["sudo", "ls"],
        ["/usr/bin/git", "log"],
        ["./evil"],
        ["../python"],
        ["find", ".", "-exec", "git", "log", ";"],
        ["find", ".", "-delete"],
        ["sort", "--compress-program=sh", "a"],
        ["ls", "\x1b[2J"],
        ["ls"] * 61,
        ["cat", "a" * 4_001],
    ],
)
def test_what_is_of_no_use_inside_is_refused(command: list[str]) -> None:
    decision, why = Policy().decide(command)

    assert decision is Decision.DENY
    assert why


@pytest.mark.parametrize("command", [["make"], ["alembic", "upgrade", "head"]])
def test_anything_else_is_asked_for(command: list[str]) -> None:
    assert Policy().decide(command)[0] is Decision.ASK


def test_what_is_refused_stays_refused_when_it_is_allowed_as_well() -> None:
    policy = Policy(allowed=("git",))

    assert policy.decide(["git", "log"])[0] is Decision.DENY
