"""Questions in a terminal: explained, with a default, until the answer fits."""

from __future__ import annotations

from contextlib import nullcontext

from click.testing import CliRunner

from prodwright.cli.asking import Terminal, ask_person
from prodwright.core.profile import Area, Question

QUESTION = Question(
    key="database",
    area=next(iter(Area)),
    text="Which database?\x1b[2J",
    changes="the driver and the migrations",
    options=("postgres", "sqlite"),
    default="postgres",
)


def asked(typed: str) -> tuple[str | None, str]:
    """Return the answer, and what the person saw."""
    with CliRunner().isolation(input=typed) as (_, errors, _):
        answer = ask_person(QUESTION)
        return answer, errors.getvalue().decode()


def test_the_default_is_no_answer() -> None:
    answer, seen = asked("\n")

    assert answer is None
    assert "Which database?" in seen
    assert "changes the driver and the migrations" in seen
    assert "options postgres, sqlite" in seen


def test_an_answer_that_does_not_fit_is_asked_for_again() -> None:
    answer, seen = asked("oracle\nsqlite\n")

    assert answer == "sqlite"
    assert "oracle" in seen
    assert seen.count("database") >= 3


def test_no_question_reaches_the_terminal_as_a_command() -> None:
    assert "\x1b[2J" not in asked("\n")[1]


def test_packages_are_installed_only_after_a_yes_to_their_exact_names() -> None:
    terminal = Terminal(nullcontext)
    seen = []
    for typed, expected in (("y\n", True), ("\n", False), ("no\n", False)):
        with CliRunner().isolation(input=typed) as (_, errors, _):
            assert terminal.install(["httpx>=0.27", "evil\x1b[2J"]) is expected
            seen.append(errors.getvalue().decode())

    assert all("| httpx>=0.27" in each for each in seen)
    assert not any("\x1b[2J" in each for each in seen)
