"""The questions of the intake, before anything is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.git import Git
from prodwright.api.building import blueprint_for, committed_files, known_answers
from prodwright.api.opening import found_profile
from prodwright.api.staffing import engineer_for
from prodwright.blueprints import Blueprint
from prodwright.core.engineering import BLUEPRINTS, Engineering
from prodwright.core.errors import RepositoryUnfit
from prodwright.core.profile import Answer, Question
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.intake import infer
from prodwright.intake.general import QUESTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What a request leads to, and what is known about it already.

    Attributes:
        engineer: Who would write: `blueprints` or `model`.
        blueprint: Name of the blueprint; empty for a model.
        title: What is built, in words.
        questions: In the order to ask.
        known: Answers of an earlier profile, or inferred from the repository.
    """

    engineer: str
    blueprint: str
    title: str
    questions: tuple[Question, ...]
    known: Mapping[str, Answer]

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions that nothing answers yet, in the order to ask."""
        return tuple(each for each in self.questions if each.key not in self.known)

    def document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "schema_version": SCHEMA_VERSION,
            "engineer": self.engineer,
            "blueprint": self.blueprint,
            "title": self.title,
            "questions": [self._entry(each) for each in self.questions],
        }

    def _entry(self, question: Question) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "key": question.key,
            "area": question.area.value,
            "text": question.text,
            "changes": question.changes,
            "options": list(question.options),
            "default": question.default,
            "pattern": "" if question.options else question.pattern,
            "only_if": dict(question.only_if),
        }
        answer = self.known.get(question.key)
        if answer is not None:
            told = {"value": answer.value, "origin": answer.origin.value}
            entry["answer"] = {**told, "where": answer.where}
        return entry


def questionnaire(
    request: str, into: Path, variables: Mapping[str, str]
) -> Questionnaire:
    """Return the questions that `build` would ask for `request` in `into`.

    Args:
        request: In the user's words.
        into: Absolute path of the folder it would go to.
        variables: Environment variables.

    Raises:
        NoEngineerFits: No blueprint serves the request and no model is configured.
        ConfigurationInvalid: The profile or the configuration cannot be read.
    """
    settings = read_settings(into, variables)
    engineer = engineer_for(request, Engineering(), settings)
    if engineer != BLUEPRINTS:
        return Questionnaire(
            engineer=engineer,
            blueprint="",
            title="service",
            questions=QUESTIONS,
            known={},
        )
    blueprint = blueprint_for(request)
    return Questionnaire(
        engineer=engineer,
        blueprint=blueprint.name,
        title=blueprint.title,
        questions=blueprint.questions,
        known=_known(blueprint, into),
    )


def _known(blueprint: Blueprint, into: Path) -> dict[str, Answer]:
    git, base = Git(into), ""
    if (into / ".git").exists():
        try:
            base = git.head()
        except RepositoryUnfit:
            base = ""  # no commit yet: nothing in it answers anything
    text = found_profile(into)
    if not base:
        return known_answers(git, base, text) if text else {}
    inferred = infer(blueprint.questions, committed_files(git, base))
    return {**inferred, **known_answers(git, base, text)}
