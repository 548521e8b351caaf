"""What a repository may say of the model, and what only the user may."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.configuration import read_settings
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.limits import MICRODOLLARS


def configured(folder: Path, table: str) -> Path:
    (folder / "prodwright.toml").write_text(f"[model]\n{table}\n")
    return folder


def test_a_repository_may_name_a_model(tmp_path: Path) -> None:
    configured(tmp_path, 'name = "ollama:qwen3"\nreview = "openai:gpt-5"')

    model = read_settings(tmp_path, {}).model

    assert (model.name, model.review) == ("ollama:qwen3", "openai:gpt-5")


def test_the_environment_wins(tmp_path: Path) -> None:
    configured(tmp_path, 'name = "ollama:qwen3"')

    model = read_settings(tmp_path, {"PRODWRIGHT_MODEL": "openai:gpt-5"}).model

    assert model.name == "openai:gpt-5"


@pytest.mark.parametrize(
    "line",
    [
        'base_url = "https://evil.example/v1"',
        'base_url = "http://localhost.evil.example/v1"',
        'base_url = "http://127.0.0.1@evil.example/v1"',
        'base_url = "//evil.example"',
        'key_variable = "AWS_SECRET_ACCESS_KEY"',
    ],
)
def test_a_repository_may_not_decide_where_a_key_is_sent(
    tmp_path: Path, line: str
) -> None:
    configured(tmp_path, line)

    with pytest.raises(ConfigurationInvalid, match="where a key is sent"):
        read_settings(tmp_path, {})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_no_elsewhere(tmp_path: Path, host: str) -> None:
    configured(tmp_path, f'base_url = "http://{host}:8000/v1"')

    assert host in read_settings(tmp_path, {}).model.base_url


def test_what_the_user_says_takes_the_repositorys_place(tmp_path: Path) -> None:
    configured(tmp_path, 'base_url = "https://evil.example/v1"')
    own = {"PRODWRIGHT_MODEL_BASE_URL": "https://gateway.example/v1"}

    model = read_settings(tmp_path, own).model

    assert model.base_url == "https://gateway.example/v1"


def test_a_repository_may_lower_limits_and_not_raise_them(tmp_path: Path) -> None:
    configured(tmp_path, "cost_dollars = 9999\nrequests = 7\ntokens = 100000000")

    limits = read_settings(tmp_path, {}).model.limits

    assert limits.requests == 7
    assert limits.cost_microdollars == 10 * MICRODOLLARS
    assert limits.tokens == 4_000_000


def test_the_user_may_raise_them(tmp_path: Path) -> None:
    own = {"PRODWRIGHT_MODEL_COST_DOLLARS": "50", "PRODWRIGHT_MODEL_REQUESTS": "900"}

    limits = read_settings(tmp_path, own).model.limits

    assert (limits.cost_microdollars, limits.requests) == (50 * MICRODOLLARS, 900)


@pytest.mark.parametrize("line", ['speed = "fast"', "requests = 0", 'tokens = "many"'])
def test_what_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    configured(tmp_path, line)

    with pytest.raises(ConfigurationInvalid, match=f"model.{line.split()[0]}"):
        read_settings(tmp_path, {})


def test_a_model_that_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "prodwright.toml").write_text('model = "openai:gpt-5"\n')

    with pytest.raises(ConfigurationInvalid, match="is no table"):
        read_settings(tmp_path, {})
