"""The questions of the intake as one form that the client shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from mcp.server.mcpserver import AcceptedElicitation, Elicit
from mcp_types import ClientCapabilities
from pydantic import BaseModel, Field, create_model

from prodwright.core.profile import Question
from prodwright.intake.questions import MOST_QUESTIONS


class Answers(BaseModel):
    """Answers by question; each blueprint has a form of its own."""

    def given(self) -> dict[str, str]:
        """Return what was answered and is not the default, by question."""
        fields = type(self).model_fields
        return {
            key: str(value)
            for key, value in self.model_dump().items()
            if value not in (None, "", fields[key].default)
        }


def form(title: str, questions: Iterable[Question]) -> Elicit[Answers]:
    """Return the request that asks all `questions` at once; at most six."""
    asked = tuple(questions)[:MOST_QUESTIONS]
    fields: dict[str, Any] = {each.key: _field(each) for each in asked}
    schema = create_model("Answers", __base__=Answers, **fields)
    message = f"Before the {title} is written: what must it live up to?"
    return Elicit(message, schema)


def can_ask(capabilities: ClientCapabilities | None) -> bool:
    """Tell whether the client shows forms; one without modes does."""
    elicitation = capabilities.elicitation if capabilities is not None else None
    if elicitation is None:
        return False
    return elicitation.form is not None or elicitation.url is None


def answered(outcome: object) -> Mapping[str, str] | None:
    """Return what was answered: nothing when declined, None when cancelled."""
    if isinstance(outcome, AcceptedElicitation):
        return outcome.data.given() if isinstance(outcome.data, Answers) else {}
    return None if getattr(outcome, "action", "") == "cancel" else {}


def _field(question: Question) -> tuple[Any, Any]:
    kind: Any = Literal[question.options] if question.options else str
    told = f"{question.text} It changes {question.changes}."
    if not question.options:
        told += f" It must match {question.pattern}"
    if question.only_if:
        when = " and ".join(f"{k} is {v}" for k, v in question.only_if.items())
        return kind | None, Field(None, description=f"Only if {when}: {told}")
    if question.default is None:
        return kind, Field(description=told)
    return kind, Field(question.default, description=told)
