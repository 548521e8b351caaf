"""`.prodwright/profile.toml`: the answers, meant to be read, edited and committed."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.profile import Answer, Origin, Profile, Question

PROFILE_PATH = ".prodwright/profile.toml"
_KEYS = frozenset({"value", "origin", "where"})
_HEAD = (
    "# What this project must live up to, and where each answer came from.\n"
    "# Edit it and run `prodwright build` again.\n"
)


def read_profile(text: str, shown: str) -> dict[str, Answer]:
    """Return the answers in the text of a profile.

    An answer is a string, or a table with `value` and optionally `origin`.

    Args:
        text: The file's content.
        shown: Its path in messages.

    Raises:
        ConfigurationInvalid: It is not TOML, or an answer is neither.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # endless numbers and nesting
        raise ConfigurationInvalid(
            f"{shown}: not valid TOML: {error}", hint="mend the file"
        ) from error
    return {key: _answer(key, value, shown) for key, value in table.items()}


def write_profile(profile: Profile, questions: Iterable[Question]) -> str:
    """Return the profile as text, each answer with its question as a comment."""
    texts = {question.key: question for question in questions}
    blocks = [_HEAD]
    for key, answer in profile.answers.items():
        question = texts.get(key)
        lines = [f"[{key}]"]
        if question is not None:
            lines.insert(0, f"# {question.text}")
            lines.insert(1, f"# Changes: {question.changes}")
            if question.options:
                lines.insert(2, f"# Options: {', '.join(question.options)}")
        lines.append(f"value = {_quoted(answer.value)}")
        lines.append(f"origin = {_quoted(answer.origin.value)}")
        if answer.where:
            lines.append(f"where = {_quoted(answer.where)}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    """TOML's basic strings are JSON's, but for characters beyond ASCII and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _answer(key: str, value: Any, shown: str) -> Answer:
    if isinstance(value, str):
        return Answer(value=value, origin=Origin.ANSWERED)
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        raise ConfigurationInvalid(
            f"{shown}: {key} = {value!r} is no answer",
            hint=f'write {key} = "VALUE"',
        )
    unknown = sorted(set(value) - _KEYS)
    if unknown:
        raise ConfigurationInvalid(
            f"{shown}: {key} has an unknown key {unknown[0]!r}",
            hint=f"use: {', '.join(sorted(_KEYS))}",
        )
    return Answer(
        value=value["value"],
        origin=_origin(value.get("origin", "answered"), key, shown),
        where=str(value.get("where", "")),
    )


def _origin(label: str, key: str, shown: str) -> Origin:
    try:
        return Origin(label)
    except ValueError as error:
        raise ConfigurationInvalid(
            f"{shown}: {key} has the unknown origin {label!r}",
            hint=f"use one of: {', '.join(Origin)}",
        ) from error
