"""Who is to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.api.staffing import (
    engineer_for,
    model_settings,
    open_chosen,
    persona_of,
)
from prodwright.core.engineering import AGENT, BLUEPRINTS, MODEL, Engineering
from prodwright.core.errors import ConfigurationInvalid, NoEngineerFits, UnknownName
from prodwright.core.limits import Limits
from prodwright.core.settings import ModelSettings, Settings

SEED = "I need to implement a user authentication system for our API"
CONFIGURED = Settings(model=ModelSettings(name="ollama:qwen3"))
DEFINITION = "---\nname: a\ndescription: b\nmodel: openai:gpt-5\n---\nYou.\n"


@pytest.mark.parametrize(
    ("request_text", "wanted", "settings", "engineer"),
    [
        (SEED, Engineering(), Settings(), BLUEPRINTS),
        (SEED, Engineering(), CONFIGURED, BLUEPRINTS),
        (SEED, Engineering(model="a:b"), Settings(), MODEL),
        (SEED, Engineering(definition=DEFINITION), Settings(), MODEL),
        (SEED, Engineering(engineer=BLUEPRINTS), CONFIGURED, BLUEPRINTS),
        (SEED, Engineering(engineer=AGENT), Settings(), AGENT),
        ("Fold the laundry", Engineering(), CONFIGURED, MODEL),
    ],
)
def test_the_engineer_is_the_one_that_was_asked_for_or_that_fits(
    request_text: str, wanted: Engineering, settings: Settings, engineer: str
) -> None:
    assert engineer_for(request_text, wanted, settings) == engineer


def test_a_request_that_nobody_serves_names_what_would() -> None:
    with pytest.raises(NoEngineerFits, match="nearest") as caught:
        engineer_for("Fold the laundry", Engineering(), Settings())

    assert "--model" in caught.value.hint


def test_an_engineer_that_does_not_exist_is_told() -> None:
    with pytest.raises(UnknownName, match="magic"):
        engineer_for(SEED, Engineering(engineer="magic"), Settings())


def test_a_model_engineer_needs_a_model() -> None:
    wanted = Engineering(engineer=MODEL)

    with pytest.raises(ConfigurationInvalid, match="no model is named"):
        open_chosen(wanted, Settings(), {})


def test_a_scripted_model_is_opened(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text("[]")

    model = open_chosen(Engineering(model=f"scripted:{script}"), Settings(), {})

    assert model.name == f"scripted:{script}"


def test_what_is_typed_wins_over_the_definition_and_that_over_the_configuration() -> (
    None
):
    typed = Engineering(model="a:b", definition=DEFINITION, definition_name="d.md")
    told = Engineering(definition=DEFINITION, definition_name="d.md")

    names = [
        model_settings(CONFIGURED.model, each, persona_of(each)).name
        for each in (typed, told, Engineering())
    ]

    assert names == ["a:b", "openai:gpt-5", "ollama:qwen3"]


def test_a_definition_that_is_empty_is_no_choice_of_ours() -> None:
    with pytest.raises(ConfigurationInvalid, match="no front matter"):
        persona_of(Engineering(definition="", definition_name="empty.md"))


def test_limits_that_are_typed_hold() -> None:
    wanted = Engineering(requests=3, tokens=5_000, cost_dollars=0.0, wall_seconds=9.0)

    limits = model_settings(ModelSettings(), wanted, persona_of(wanted)).limits

    assert limits == Limits(
        requests=3, tokens=5_000, cost_microdollars=0, wall_seconds=9.0
    )
