"""Settings, from the nearest file and the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.configuration import read_settings
from prodwright.core.errors import ConfigurationInvalid, UnknownName
from prodwright.core.finding import Severity
from prodwright.core.settings import Settings


def test_without_any_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'shop'\n")

    assert read_settings(tmp_path, {}) == Settings()


def test_the_table_in_pyproject_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.prodwright]\nfail_on = 'high'\n")
    inner = tmp_path / "src" / "shop"
    inner.mkdir(parents=True)

    assert read_settings(inner, {}).fail_on is Severity.HIGH


def test_a_file_of_our_own_wins_and_the_environment_wins_over_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.prodwright]\nattempts = 2\n")
    (tmp_path / "prodwright.toml").write_text("attempts = 4\nskip = ['recovery']\n")

    settings = read_settings(tmp_path, {"PRODWRIGHT_SKIP": "security, errors"})

    assert settings.attempts == 4
    assert settings.skip == ("security", "errors")


def test_a_repository_is_not_configured_from_outside(tmp_path: Path) -> None:
    (tmp_path / "prodwright.toml").write_text("attempts = 4\n")
    (tmp_path / "repository" / ".git").mkdir(parents=True)

    assert read_settings(tmp_path / "repository", {}) == Settings()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"attempts = ", "not valid TOML"),
        (b"\xff", "not valid TOML"),
        (b"attempts = 99", "attempts = 99"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "prodwright.toml").write_bytes(content)

    with pytest.raises(ConfigurationInvalid, match=said) as caught:
        read_settings(tmp_path, {})

    assert "prodwright.toml" in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "prodwright.toml").symlink_to("/proc/self/mem")

    with pytest.raises(ConfigurationInvalid, match=r"prodwright\.toml"):
        read_settings(tmp_path, {})


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="atempts"):
        read_settings(tmp_path, {"PRODWRIGHT_ATEMPTS": "2"})


def test_an_address_that_is_none_is_not_taken_for_this_machine(tmp_path: Path) -> None:
    (tmp_path / "prodwright.toml").write_text("[model]\nbase_url = 'http://[::1'\n")

    with pytest.raises(ConfigurationInvalid, match=r"http://\[::1"):
        read_settings(tmp_path, {})


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5_000 + "]" * 5_000, "a = " + "9" * 5_000]
)
def test_nesting_and_numbers_without_end_are_no_toml(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigurationInvalid, match="not valid TOML"):
        read_settings(tmp_path, {})
