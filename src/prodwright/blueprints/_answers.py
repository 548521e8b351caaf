"""Checks the answers a blueprint is rendered with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from prodwright.blueprints._blueprint import Blueprint
from prodwright.core.errors import ConfigurationInvalid, Unanswered
from prodwright.core.profile import Question


def settle(blueprint: Blueprint, values: Mapping[str, str]) -> dict[str, str]:
    """Return one valid answer for each question that applies.

    Args:
        blueprint: Whose questions are answered.
        values: Answers by question key; what is missing takes its default.

    Returns:
        Answers in the order of the questions, without those whose `only_if` the
        other answers do not meet.

    Raises:
        ConfigurationInvalid: A key is unknown or an answer is not allowed.
        Unanswered: A question that applies has neither answer nor default.
    """
    _refuse_unknown(blueprint, values)
    settled: dict[str, str] = {}
    for question in blueprint.questions:
        if applies(question, settled):
            settled[question.key] = _answer(question, values.get(question.key))
    return settled


def applies(question: Question, answers: Mapping[str, str]) -> bool:
    """Return whether a question makes sense under the answers so far."""
    return all(answers.get(key) == value for key, value in question.only_if.items())


def _refuse_unknown(blueprint: Blueprint, values: Mapping[str, str]) -> None:
    known = [question.key for question in blueprint.questions]
    unknown = sorted(set(values) - set(known))
    if unknown:
        message = f"blueprint {blueprint.name} asks nothing named {unknown[0]!r}"
        raise ConfigurationInvalid(message, hint=f"it asks: {', '.join(known)}")


def _answer(question: Question, given: str | None) -> str:
    answer = question.default if given is None else given
    if answer is None:
        message = f"{question.key} has no answer and no default"
        raise Unanswered(message, hint=question.text)
    message = f"{question.key} cannot be {answer!r}"
    if question.options and answer not in question.options:
        hint = f"use one of: {', '.join(question.options)}"
        raise ConfigurationInvalid(message, hint=hint)
    if not question.options and not re.fullmatch(question.pattern, answer):
        hint = f"it must match {question.pattern}"
        raise ConfigurationInvalid(message, hint=hint)
    return answer
