"""Secrets that must not reach a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.core.redaction import (
    MASK,
    Redaction,
    holds_secrets,
    redaction_of,
)

FILLED = "a1B2c3D4e5F6g7H8i9J0"


@pytest.mark.parametrize(
    "text",
    [
        f"AKIA{'A1B2C3D4E5F6G7H8'}",
        f"ghp_{FILLED}{FILLED[:16]}",
        f"github_pat_{FILLED}_{FILLED}",
        f"glpat-{FILLED}",
        f"xoxb-{FILLED}",
        f"sk-{FILLED}",
        f"sk_live_{FILLED}",
        f"AIza{FILLED}{FILLED[:15]}",
        f"eyJhbGciOiJI.eyJzdWIiOiIx.{FILLED}",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_what_an_issuer_makes_is_masked_wherever_it_stands(text: str) -> None:
    told = Redaction()(f"before {text} after")

    assert text not in told
    assert told == f"before {MASK} after"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://app:s3cr3t-word@db/shop", "s3cr3t-word"),
        (f'API_KEY = "{FILLED}"', FILLED),
        (f"password: '{FILLED}'", FILLED),
        (f'"client_secret": "{FILLED}"', FILLED),
    ],
)
def test_what_stands_where_a_secret_stands_is_masked(text: str, secret: str) -> None:
    told = Redaction()(text)

    assert secret not in told
    assert MASK in told


def test_a_key_that_was_begun_and_never_ended_is_masked_to_the_end() -> None:
    assert Redaction()("-----BEGIN PRIVATE KEY-----\nMIIE") == MASK


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["PASSWORD"]',
        'password="{password}"',
        "api_key: str",
        "def token(self) -> str: ...",
        "https://example.org/a:b@c",
        'secret_key = "short"',
    ],
)
def test_code_that_only_speaks_of_secrets_stays_as_it_is(text: str) -> None:
    assert Redaction()(text) == text


def test_values_of_variables_that_are_named_like_secrets_are_masked() -> None:
    clean = redaction_of(
        [("OPENAI_API_KEY", "abc-very-own"), ("HOME", "/root/home"), ("TOKEN", "short")]
    )

    assert clean("abc-very-own in /root/home, short") == f"{MASK} in /root/home, short"


@given(st.text(max_size=300))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = Redaction()(text)

    assert Redaction()(once) == once


@pytest.mark.parametrize(
    "path", [".env", "config/.env.production", "id_rsa", "a/server.pem", ".netrc"]
)
def test_files_that_hold_secrets_are_known(path: str) -> None:
    assert holds_secrets(path)


@pytest.mark.parametrize("path", [".env.example", "keys.py", "environment.py", "a.md"])
def test_other_files_are_not_taken_for_them(path: str) -> None:
    assert not holds_secrets(path)
