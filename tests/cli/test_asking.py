"""A person is asked until the answer can be used, on a terminal that holds still."""

from __future__ import annotations

from click.testing import CliRunner

from prodwright.cli.asking import ask_person
from prodwright.cli.progress import LiveProgress
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

    with progress.paused():
        assert not live.is_started
    assert live.is_started
    progress.close()
