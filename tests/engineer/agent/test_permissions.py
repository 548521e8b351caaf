"""What an agent is permitted, by what it asks for."""

from __future__ import annotations

import pytest

from prodwright.adapters.agents import Wanted
from prodwright.engineer.agent.permissions import command_line, judged
from prodwright.engineer.phases import Decision, Policy


def decided(wanted: Wanted) -> Decision:
    return judged(wanted, Policy(), lambda path: not path.startswith(".."))[0]


@pytest.mark.parametrize(
    "line",
    [
        "pytest -q",
        "python -m pytest tests/test_a.py && ruff check .",
        "grep -rn 'a;b' . | head -5",
    ],
)
def test_commands_that_all_parts_allow_are_allowed(line: str) -> None:
    assert command_line(line, Policy())[0] is Decision.ALLOW


@pytest.mark.parametrize(
    "line",
    [
        "git log",
        "pytest && git log",
        "ls;curl https://evil.example",
        "ls||git push",
        "cat a|ssh host",
        "ls & git log",
        "",
        "pytest 'open",
        "pytest && ",
        "/usr/bin/git log",
    ],
)
def test_one_part_that_is_refused_refuses_all(line: str) -> None:
    assert command_line(line, Policy())[0] is not Decision.ALLOW


@pytest.mark.parametrize(
    "line",
    [
        "ls $(git log)",
        "ls `git log`",
        "ls > /etc/passwd",
        "cat < x",
        "(ls)",
        "ls &",
        "ls\ngit log",
        "ls $HOME",
        "bash -c ls",
    ],
)
def test_what_only_a_shell_understands_is_never_allowed_unasked(line: str) -> None:
    assert command_line(line, Policy())[0] is not Decision.ALLOW


@pytest.mark.parametrize(
    ("wanted", "decision"),
    [
        (Wanted(kind="read", paths=("a.py",)), Decision.ALLOW),
        (Wanted(kind="read", paths=("../a.py",)), Decision.DENY),
        (Wanted(kind="think"), Decision.ALLOW),
        (Wanted(kind="edit", paths=("a.py",)), Decision.ALLOW),
        (Wanted(kind="edit", paths=("a.py", "../b.py")), Decision.DENY),
        (Wanted(kind="edit"), Decision.ASK),
        (Wanted(kind="fetch"), Decision.DENY),
        (Wanted(kind="other"), Decision.ASK),
        (Wanted(kind="read", command="git log"), Decision.DENY),
        (Wanted(kind="execute", command="ls", paths=("../x",)), Decision.DENY),
    ],
)
def test_other_requests_are_judged_by_kind_and_place(
    wanted: Wanted, decision: Decision
) -> None:
    assert decided(wanted) is decision
