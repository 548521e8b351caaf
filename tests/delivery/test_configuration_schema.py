"""The published schema of the configuration is that of the code."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

import jsonschema
import pytest

import prodwright.delivery
from prodwright.adapters.settings_table import SettingsTable

SCHEMA = json.loads(
    (
        files(prodwright.delivery) / "schemas" / "configuration-1.0.schema.json"
    ).read_text("utf-8")
)


def test_it_is_as_the_code_has_it() -> None:
    made = SettingsTable.model_json_schema()

    published = {key: SCHEMA[key] for key in made}
    assert published == made, "run scripts/publish_schemas.py"


def test_a_configuration_fits_it() -> None:
    text = 'fail_on = "high"\nattempts = 2\n[model]\nname = "ollama:qwen3-coder"\n'

    jsonschema.validate(tomllib.loads(text), SCHEMA)


@pytest.mark.parametrize("text", ["attempts = 99", "speed = 1", '[model]\nkey = "x"'])
def test_a_wrong_one_does_not(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), SCHEMA)
