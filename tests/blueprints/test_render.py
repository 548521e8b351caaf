"""What rendering refuses, and what it guarantees."""

from __future__ import annotations

import subprocess
import sys

import pytest

from prodwright.blueprints import Blueprint, render
from prodwright.blueprints._registry import named
from prodwright.core.errors import ConfigurationInvalid, Unanswered, UnknownName


@pytest.fixture
def authentication() -> Blueprint:
    return named("authentication")


def test_an_unknown_question_is_refused(authentication: Blueprint) -> None:
    with pytest.raises(ConfigurationInvalid, match="'colour'"):
        render(authentication, {"colour": "red"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("database", "oracle"),
        ("peak_logins_per_second", "0"),
        ("peak_logins_per_second", "many"),
        ("audit_retention_days", '1"; import os'),
        ("audit_retention_days", "1\n"),
    ],
)
def test_an_answer_that_is_not_allowed_is_refused(
    authentication: Blueprint, key: str, value: str
) -> None:
    with pytest.raises(ConfigurationInvalid, match=key):
        render(authentication, {key: value})


def test_a_question_without_default_must_be_answered(
    authentication: Blueprint,
) -> None:
    with pytest.raises(Unanswered, match="smtp_host"):
        render(authentication, {"email_delivery": "smtp"})


def test_an_answer_to_a_question_that_does_not_arise_is_ignored(
    authentication: Blueprint,
) -> None:
    assert render(authentication, {"smtp_host": "mail.example.com"}) == render(
        authentication, {}
    )


def test_the_steps_of_a_component_come_first(authentication: Blueprint) -> None:
    titles = [step.title for step in render(authentication, {})]
    shared = [step.title for step in render(named("core"), {})]
    assert titles[: len(shared)] == shared
    assert len(titles) == len(shared) + len(authentication.steps)


def test_the_package_takes_the_name_of_the_blueprint(
    authentication: Blueprint,
) -> None:
    paths = {path for step in render(authentication, {}) for path in step.files}
    assert "auth_service/__main__.py" in paths
    assert not any("_package_" in path or path.endswith(".jinja") for path in paths)


def test_a_file_without_content_is_left_out(authentication: Blueprint) -> None:
    paths = {path for step in render(authentication, {}) for path in step.files}
    assert "auth_service/mail/smtp.py" not in paths
    assert "auth_service/web/origins.py" not in paths


def test_an_unknown_blueprint_is_named() -> None:
    with pytest.raises(UnknownName, match="authentification"):
        named("authentification")


def test_finding_a_blueprint_does_not_load_the_template_engine() -> None:
    program = (
        "import sys; from prodwright.blueprints import match; match('auth'); "
        "sys.exit('jinja2' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=90)
