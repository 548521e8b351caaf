"""A person is asked until the answer can be used, on a terminal that holds still."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from prodwright.cli.asking import Terminal, ask_person
from prodwright.cli.progress import LiveProgress
from prodwright.core.plan import Plan
from prodwright.core.profile import Area, Question
from prodwright.delivery.terminal import Style

HOST = Question(
    key="host",
    area=Area.LOAD,
    text="Which host?",
    changes="the address",
    pattern="[a-z]+",
)
STORE = Question(
    key="store",
    area=Area.LOAD,
    text="Where?",
    changes="the driver",
    options=("disk", "memory"),
    default="disk",
)


def answered(question: Question, typed: str) -> tuple[str | None, str]:
    """Return what is made of `typed`, and what was shown."""
    with CliRunner().isolation(input=typed) as (_, shown, _):
        return ask_person(question), shown.getvalue().decode()


def test_an_answer_is_taken() -> None:
    assert answered(STORE, "memory\n")[0] == "memory"


def test_enter_leaves_it_to_the_default() -> None:
    assert answered(STORE, "\n")[0] is None


def test_a_wrong_answer_is_explained_and_asked_again() -> None:
    answer, shown = answered(STORE, "tape\nmemory\n")

    assert answer == "memory"
    assert "'tape' is not an option; use one of: disk, memory" in shown


def test_a_question_without_a_default_is_asked_until_it_is_answered() -> None:
    assert answered(HOST, "\n\nmail\n")[0] == "mail"


def test_the_live_line_stands_still_while_somebody_is_asked() -> None:
    progress = LiveProgress(Style(coloured=True))
    live = progress._display.live
    progress.started("intake")

    with progress.paused():
        assert not live.is_started
    assert live.is_started
    progress.close()


def test_the_live_line_is_gone_when_nothing_is_under_way() -> None:
    progress = LiveProgress(Style(coloured=True))
    live = progress._display.live

    progress.started("deliver")
    was_started = live.is_started
    progress.finished("deliver", 0.1, "")

    assert was_started
    assert not live.is_started


def at_the_terminal(
    typed: str, ask: Callable[[Terminal], object]
) -> tuple[object, str]:
    with CliRunner().isolation(input=typed) as (_, shown, _):
        answer = ask(Terminal(nullcontext))
        return answer, shown.getvalue().decode()


def test_a_plan_is_shown_and_accepted_with_enter() -> None:
    plan = Plan(summary="Refunds.", tests=("a refund \x1b[2J returns the fee",))

    answer, shown = at_the_terminal("\n", lambda person: person.review(plan))

    assert answer == ""
    assert "a refund" in shown
    assert "\x1b[2J" not in shown


def test_what_is_to_be_changed_about_a_plan_is_handed_on() -> None:
    plan = Plan(summary="Refunds.")

    answer, _ = at_the_terminal("use cents\n", lambda person: person.review(plan))

    assert answer == "use cents"


REFUNDS = Plan(summary="Refunds.", tests=("one",))


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that sets an editor which does as Python code says."""

    def make(code: str) -> None:
        script = tmp_path / "edit.py"
        head = "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n"
        script.write_text(f"{head}text = file.read_text()\n{code}\n")
        monkeypatch.setenv("VISUAL", shlex.join([sys.executable, str(script)]))

    return make


def test_a_plan_is_edited_and_then_the_persons_own(
    editor: Callable[[str], None],
) -> None:
    editor("file.write_text(text.replace('Refunds', 'Fees'))")

    answer, _ = at_the_terminal("e\n", lambda person: person.review(REFUNDS))

    assert answer == replace(REFUNDS, summary="Fees.", agreed="edited")


def test_a_mistake_is_told_and_the_text_opened_again(
    editor: Callable[[str], None],
) -> None:
    editor(
        "known = text.replace('Refunds', 'Fees').replace('oops', '')\n"
        "file.write_text(known if 'oops' in text else text + 'oops\\n')"
    )

    answer, shown = at_the_terminal("e\n\n", lambda person: person.review(REFUNDS))

    assert answer == replace(REFUNDS, summary="Fees.", agreed="edited")
    assert "'oops' is no part of a plan; indent it" in shown


def test_a_plan_that_was_not_changed_is_asked_about_again(
    editor: Callable[[str], None],
) -> None:
    editor("")

    answer, shown = at_the_terminal("e\nuse cents\n", lambda p: p.review(REFUNDS))

    assert answer == "use cents"
    assert "nothing was changed" in shown


@pytest.mark.parametrize("command", ["/nowhere/to/be/found", "false", "'"])
def test_an_editor_that_cannot_be_opened_is_told(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", command)

    answer, shown = at_the_terminal("e\n\n", lambda person: person.review(REFUNDS))

    assert answer == ""
    assert "set VISUAL or EDITOR" in shown


@pytest.mark.parametrize(("typed", "answer"), [("euro\n", "euro"), ("\n", None)])
def test_what_the_engineer_asks_is_answered_or_left_to_it(
    typed: str, answer: str | None
) -> None:
    given, shown = at_the_terminal(typed, lambda person: person.tell("Which currency?"))

    assert given == answer
    assert "Which currency?" in shown


@pytest.mark.parametrize(("typed", "allowed"), [("y\n", True), ("\n", False)])
def test_a_command_runs_only_when_somebody_says_so(typed: str, allowed: bool) -> None:  # noqa: FBT001
    command = ["make", "all; rm -rf /"]

    given, shown = at_the_terminal(typed, lambda person: person.allow(command))

    assert given is allowed
    assert "'all; rm -rf /'" in shown
