"""What would be asked, and what is known before anybody is."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.git import create_repository
from prodwright.api.questioning import questionnaire
from prodwright.core.errors import ConfigurationInvalid, NoEngineerFits
from tests_support import Repository

REQUEST = "a user authentication system for our API"
PROFILE = 'clients = "browser"\n'


def test_everything_is_open_where_nothing_is(tmp_path: Path) -> None:
    asked = questionnaire(REQUEST, tmp_path / "new", {})

    assert asked.engineer == "blueprints"
    assert asked.unanswered == asked.questions
    assert len(asked.questions) == 6


def test_a_committed_profile_and_the_repository_answer_first(
    repository: Repository,
) -> None:
    files = {".prodwright/profile.toml": PROFILE, "requirements.txt": "asyncpg\n"}
    root = repository(files).root

    asked = questionnaire(REQUEST, root, {})

    assert asked.known["clients"].value == "browser"
    assert asked.known["database"].where == "requirements.txt:1"
    assert {each.key for each in asked.unanswered}.isdisjoint({"clients", "database"})


def test_a_profile_that_lies_in_a_new_folder_answers(tmp_path: Path) -> None:
    (tmp_path / ".prodwright").mkdir()
    (tmp_path / ".prodwright" / "profile.toml").write_text(PROFILE)

    assert questionnaire(REQUEST, tmp_path, {}).known["clients"].value == "browser"


def test_a_repository_that_is_still_empty_answers_nothing(tmp_path: Path) -> None:
    create_repository(tmp_path, {})

    assert questionnaire(REQUEST, tmp_path, {}).known == {}


def test_a_broken_repository_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()

    assert questionnaire(REQUEST, tmp_path, {}).known == {}


def test_where_a_model_writes_one_question_is_asked_for_each_area(
    tmp_path: Path,
) -> None:
    variables = {"PRODWRIGHT_MODEL": "test:model"}

    asked = questionnaire("sing me a song", tmp_path, variables)

    assert asked.engineer == "model"
    assert len({each.area for each in asked.questions}) == 5
    assert asked.document()["blueprint"] == ""


def test_what_nobody_serves_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoEngineerFits):
        questionnaire("sing me a song", tmp_path, {})


def test_a_damaged_profile_is_named(repository: Repository) -> None:
    root = repository({".prodwright/profile.toml": "= broken"}).root

    with pytest.raises(ConfigurationInvalid, match="not valid TOML"):
        questionnaire(REQUEST, root, {})
