"""Questions are settled by whoever knows, and it is recorded who did."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.core.errors import ConfigurationInvalid, Unanswered, UnknownName
from prodwright.core.profile import Answer, Area, Origin, Profile, Question
from prodwright.intake import infer, read_profile, settle_profile, write_profile
from prodwright.intake.questions import Asker

DATABASE = Question(
    key="database",
    area=Area.DEPLOYMENT,
    text="Where does the data live?",
    changes="driver and migrations",
    options=("sqlite", "postgres"),
    default="sqlite",
)
DELIVERY = Question(
    key="delivery",
    area=Area.INTEGRATION,
    text="How does mail leave?",
    changes="the sender",
    options=("folder", "smtp"),
    default="folder",
)
HOST = Question(
    key="host",
    area=Area.INTEGRATION,
    text="Which mail server?",
    changes="the sender",
    pattern=r"[a-z.]+",
    only_if={"delivery": "smtp"},
)
ALL = (DATABASE, DELIVERY, HOST)


def settle(
    given: dict[str, str] | None = None,
    known: dict[str, Answer] | None = None,
    inferred: dict[str, Answer] | None = None,
    ask: Asker | None = None,
) -> Profile:
    return settle_profile(
        ALL, given=given or {}, known=known or {}, inferred=inferred or {}, ask=ask
    )


def answered(value: str, origin: Origin = Origin.ANSWERED) -> Answer:
    return Answer(value=value, origin=origin)


def test_what_nobody_says_is_assumed_and_recorded() -> None:
    assert settle().assumed() == {"database": "sqlite", "delivery": "folder"}


def test_the_command_line_wins_over_everything() -> None:
    profile = settle(
        given={"database": "postgres"}, known={"database": answered("sqlite")}
    )

    assert profile.answers["database"] == answered("postgres")


def test_an_earlier_profile_wins_over_what_is_inferred() -> None:
    inferred = {"database": answered("postgres", Origin.INFERRED)}

    profile = settle(known={"database": answered("sqlite")}, inferred=inferred)

    assert profile.answers["database"].value == "sqlite"


def test_only_what_is_not_known_is_asked() -> None:
    asked: list[str] = []

    def ask(question: Question) -> str | None:
        asked.append(question.key)
        return None

    settle(given={"database": "postgres"}, ask=ask)

    assert asked == ["delivery"]


def test_at_most_six_questions_are_asked() -> None:
    asked: list[str] = []
    questions = [
        Question(key=f"q{n}", area=Area.LOAD, text="", changes="", default="1")
        for n in range(9)
    ]

    def ask(question: Question) -> str | None:
        asked.append(question.key)
        return "2"

    profile = settle_profile(questions, given={}, known={}, inferred={}, ask=ask)

    assert len(asked) == 6
    assert len(profile.assumed()) == 3


def test_a_question_is_not_asked_where_it_makes_no_sense() -> None:
    assert "host" not in settle().answers


def test_a_question_without_a_default_must_be_answered() -> None:
    with pytest.raises(Unanswered, match="'host'"):
        settle(given={"delivery": "smtp"})


def test_a_free_answer_must_fit() -> None:
    with pytest.raises(ConfigurationInvalid, match="host = 'Mail!'"):
        settle(given={"delivery": "smtp", "host": "Mail!"})


def test_an_option_that_is_none_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(ConfigurationInvalid, match="'oracle'"):
        settle(known={"database": answered("oracle")})


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(UnknownName, match="'databse'"):
        settle(given={"databse": "sqlite"})


def test_the_repository_answers_with_file_and_line() -> None:
    files = {"pyproject.toml": '[project]\n# psycopg\ndependencies = ["psycopg>=3"]\n'}

    found = infer(ALL, files)

    assert found["database"].where == "pyproject.toml:3"
    assert found["database"].origin is Origin.INFERRED


def test_nothing_is_inferred_for_a_question_that_is_not_asked() -> None:
    assert infer((DELIVERY,), {"pyproject.toml": "psycopg"}) == {}


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text()))
def test_a_profile_is_read_back_as_it_was_written(values: dict[str, str]) -> None:
    profile = Profile(answers={key: answered(value) for key, value in values.items()})

    assert read_profile(write_profile(profile, ALL), "p") == profile.answers


def test_a_written_profile_says_what_each_answer_changes() -> None:
    text = write_profile(settle(), ALL)

    assert "# Where does the data live?" in text
    assert "# Options: sqlite, postgres" in text
    assert tomllib.loads(text)["database"] == {"value": "sqlite", "origin": "assumed"}


def test_a_plain_string_is_an_answer() -> None:
    assert read_profile('database = "postgres"\n', "p")["database"] == answered(
        "postgres"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("database = ", "not valid TOML"),
        ("database = 3", "database = 3 is no answer"),
        ('[database]\nvalue = "x"\nvalu = "y"', "'valu'"),
        ('[database]\nvalue = "x"\norigin = "guessed"', "'guessed'"),
    ],
)
def test_a_broken_profile_is_named(text: str, said: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=said):
        read_profile(text, "profile.toml")
