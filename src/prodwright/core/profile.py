"""What the finished code must live up to, and where each answer came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Area(StrEnum):
    """The five intake areas."""

    LOAD = "load and performance"
    SECURITY = "security and compliance"
    INTEGRATION = "integration points"
    RETENTION = "data retention and privacy"
    DEPLOYMENT = "deployment"


class Origin(StrEnum):
    """Where an answer came from."""

    ANSWERED = "answered"
    INFERRED = "inferred"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing worth asking before code is written.

    Attributes:
        key: Name in the profile, lower case with underscores, e.g. `database`.
        area: Which of the five intake areas it belongs to.
        text: The question as a person would ask it.
        changes: What in code, configuration or gates follows from the answer.
        options: Allowed answers; empty when any text that matches `pattern` is.
        default: Used when nobody answers; None means that somebody must.
        pattern: Regular expression a free answer must match in full.
        alternatives: For free answers: other values that tests render with.
        only_if: Other answers, by key, under which this question makes sense.
    """

    key: str
    area: Area
    text: str
    changes: str
    options: tuple[str, ...] = ()
    default: str | None = None
    pattern: str = r".+"
    alternatives: tuple[str, ...] = ()
    only_if: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value of the profile.

    Attributes:
        value: The answer itself.
        origin: Answered by a person, inferred from the repository, or assumed.
        where: For inferred answers the place, `path:line`; otherwise empty.
    """

    value: str
    origin: Origin
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All answers, by question key, in the order they were asked."""

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """Return the bare answers, without their origins."""
        return {key: answer.value for key, answer in self.answers.items()}

    def assumed(self) -> dict[str, str]:
        """Return the answers nobody gave."""
        return {
            key: answer.value
            for key, answer in self.answers.items()
            if answer.origin is Origin.ASSUMED
        }
