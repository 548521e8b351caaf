"""One piece of work, as it is handed to the process that does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prodwright.core.allowance import Allowance
from prodwright.core.engineering import AgentChoice, Engineering

_ANSWER = "--answer "
_RESUME = "/resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A run that is begun or gone on with.

    Attributes:
        folder: Absolute path of the repository, or of the folder that becomes one.
        id: Of the run.
        request: In the user's words; empty: the run is gone on with.
        answers: Answers that were given with it.
        engineering: Who is to write, as JSON values.
        allow_unsandboxed: Whether foreign code may run without isolation.
    """

    folder: str
    id: str
    request: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    engineering: Mapping[str, Any] = field(default_factory=dict)
    allow_unsandboxed: bool = False

    def chosen(self) -> Engineering:
        """Return who is to write."""
        told = dict(self.engineering)
        agent = AgentChoice(**_with_tuples(told.pop("agent", {})))
        allowance = Allowance(**_with_tuples(told.pop("allowance", {})))
        return Engineering(**told, agent=agent, allowance=allowance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a prompt asks for.

    Attributes:
        request: What is to be written; empty when a run is to be gone on with.
        answers: From lines that read `--answer KEY=VALUE`.
        resumed: The run that is gone on with; empty: the session's last.
    """

    request: str
    answers: Mapping[str, str] = field(default_factory=dict)
    resumed: str = ""

    @property
    def is_resuming(self) -> bool:
        """Whether a run is to be gone on with."""
        return not self.request


def _with_tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in told.items()
    }


def asked(text: str) -> Asked:
    """Return what the text of a prompt asks for."""
    words = text.split()
    if words[:1] == [_RESUME]:
        return Asked(request="", resumed=" ".join(words[1:2]))
    lines, answers = [], {}
    for line in text.strip().splitlines():
        key, equals, value = line.strip().removeprefix(_ANSWER).partition("=")
        if line.strip().startswith(_ANSWER) and equals:
            answers[key.strip()] = value.strip()
        else:
            lines.append(line)
    return Asked(request="\n".join(lines).strip(), answers=answers)
