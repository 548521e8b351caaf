"""Which requests find a blueprint, and which must not."""

from __future__ import annotations

import pytest

from prodwright.blueprints import load_blueprints, match

FOUND = {
    "authentication": (
        "I need to implement a user authentication system for our API",
        "Add login and registration with password reset",
        "we want our users to log in with a password",
        "Build an auth service",
        "users should be able to sign up, sign in and log out",
    ),
}
NOT_FOUND = (
    "write a chess engine",
    "parse CSV files",
    "build a login-free blog",
    "a wiki without login",
    "build an API service with a backend system and an endpoint",
    "resize images in the background",
    "",
    "?!",
)


@pytest.mark.parametrize(
    ("name", "request_text"),
    [(name, text) for name, texts in FOUND.items() for text in texts],
)
def test_a_request_finds_its_blueprint(name: str, request_text: str) -> None:
    found = match(request_text)
    assert found.best is not None
    assert found.best.name == name


@pytest.mark.parametrize("request_text", NOT_FOUND)
def test_any_other_request_finds_none_but_hears_what_there_is(
    request_text: str,
) -> None:
    found = match(request_text)
    assert found.best is None
    assert {name for name, _ in found.nearest} <= {
        blueprint.name for blueprint in load_blueprints()
    }
    assert found.nearest


def test_the_nearest_come_first() -> None:
    scores = [score for _, score in match("authentication").nearest]
    assert scores == sorted(scores, reverse=True)


def test_a_component_is_never_found() -> None:
    assert "core" not in {blueprint.name for blueprint in load_blueprints()}
