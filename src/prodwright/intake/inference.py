"""What the repository itself answers, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prodwright.core.profile import Answer, Origin, Question

FILES = (
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    ".env.example",
    "Dockerfile",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What a line in one of `FILES` says about a question.

    Attributes:
        key: The question.
        value: Its answer.
        pattern: What the line must hold.
    """

    key: str
    value: str
    pattern: re.Pattern[str]


SIGNS = (
    Sign("database", "postgres", re.compile(r"\b(psycopg2?|asyncpg|postgres(ql)?)\b")),
    Sign(
        "clients",
        "browser",
        re.compile(r"\b(jinja2|django|flask-login|wtforms)\b", re.I),
    ),
    Sign("compliance", "fips", re.compile(r"\bfips\b", re.I)),
    Sign(
        "email_delivery",
        "smtp",
        re.compile(r"\b(aiosmtplib|SMTP_HOST|mailhog)\b", re.I),
    ),
)


def infer(questions: Iterable[Question], files: Mapping[str, str]) -> dict[str, Answer]:
    """Return the answers that files of the repository give.

    Args:
        questions: Only these, and only their options, are answered.
        files: Text by path.
    """
    options = {question.key: question.options for question in questions}
    found: dict[str, Answer] = {}
    for sign in SIGNS:
        if sign.value not in options.get(sign.key, ()) or sign.key in found:
            continue
        where = _first_line(sign.pattern, files)
        if where:
            found[sign.key] = Answer(
                value=sign.value, origin=Origin.INFERRED, where=where
            )
    return found


def _first_line(pattern: re.Pattern[str], files: Mapping[str, str]) -> str:
    for path in FILES:
        for number, line in enumerate(files.get(path, "").splitlines(), start=1):
            if not line.lstrip().startswith("#") and pattern.search(line):
                return f"{path}:{number}"
    return ""
