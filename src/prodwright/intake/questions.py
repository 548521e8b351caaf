"""Settles every question: given, known from before, inferred, asked, or assumed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from prodwright.core.errors import ConfigurationInvalid, Unanswered, UnknownName
from prodwright.core.profile import Answer, Origin, Profile, Question

MOST_QUESTIONS = 6
Asker = Callable[[Question], str | None]


def settle_profile(
    questions: Sequence[Question],
    *,
    given: Mapping[str, str],
    known: Mapping[str, Answer],
    inferred: Mapping[str, Answer],
    ask: Asker | None,
) -> Profile:
    """Return one answer for each question that applies.

    Args:
        questions: In the order to ask, at most six of them aloud.
        given: Answers from the command line; they win.
        known: Answers of an earlier profile.
        inferred: What the repository shows.
        ask: Asks a person, who may leave it open; None when nobody is there.

    Raises:
        UnknownName: An answer was given to a question that is not asked.
        ConfigurationInvalid: An answer is not among the options.
        Unanswered: A question without a default has no answer.
    """
    keys = tuple(question.key for question in questions)
    for key in given:
        if key not in keys:
            raise UnknownName("question", key, known=keys)
    answers: dict[str, Answer] = {}
    asked = 0
    for question in questions:
        if not _applies(question, answers):
            continue
        answer = _found(question, given, known, inferred)
        if answer is None and ask is not None and asked < MOST_QUESTIONS:
            asked += 1
            answer = _asked(question, ask)
        answers[question.key] = answer or _assumed(question)
    return Profile(answers=answers)


def valid_answer(question: Question, value: str) -> str:
    """Return `value` when the question allows it.

    Raises:
        ConfigurationInvalid: It does not.
    """
    if question.options and value not in question.options:
        raise ConfigurationInvalid(
            f"{question.key} = {value!r} is not an option",
            hint=f"use one of: {', '.join(question.options)}",
        )
    if not question.options and not re.fullmatch(question.pattern, value):
        raise ConfigurationInvalid(
            f"{question.key} = {value!r} does not fit",
            hint=f"it must match {question.pattern}",
        )
    return value


def _applies(question: Question, answers: Mapping[str, Answer]) -> bool:
    return all(
        key in answers and answers[key].value == value
        for key, value in question.only_if.items()
    )


def _found(
    question: Question,
    given: Mapping[str, str],
    known: Mapping[str, Answer],
    inferred: Mapping[str, Answer],
) -> Answer | None:
    if question.key in given:
        value = valid_answer(question, given[question.key])
        return Answer(value=value, origin=Origin.ANSWERED)
    for source in (known, inferred):
        if question.key in source:
            valid_answer(question, source[question.key].value)
            return source[question.key]
    return None


def _asked(question: Question, ask: Asker) -> Answer | None:
    value = ask(question)
    if value is None:
        return None
    return Answer(value=valid_answer(question, value), origin=Origin.ANSWERED)


def _assumed(question: Question) -> Answer:
    if question.default is None:
        raise Unanswered(
            f"nobody answered {question.key!r}: {question.text}",
            hint=f"add --answer {question.key}=VALUE",
        )
    return Answer(value=question.default, origin=Origin.ASSUMED)
