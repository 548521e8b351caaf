"""Who is to write, as the user chose it on the command line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from prodwright.core.allowance import Allowance

BLUEPRINTS, MODEL, AGENT = "blueprints", "model", "agent"
ENGINEERS = (BLUEPRINTS, MODEL, AGENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoice:
    """An external agent and what the user lets it reach; never a repository's word.

    Attributes:
        name: A known agent, or a command.
        home: Folder that it finds as HOME and may write to; empty: an empty one.
        folders: What else it may read, e.g. where it is installed.
        hosts: Whom it may reach, each with `:port` unless 80 and 443 are meant.
        variables: Names of the environment variables that it is given.
    """

    name: str = ""
    home: str = ""
    folders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engineering:
    """The choice of an engineer; what is empty or None is as configured.

    Attributes:
        engineer: One of the engineers; empty: the blueprints when one fits, else the
            model when one is configured.
        model: `provider:name`.
        base_url: Of an OpenAI-compatible service.
        definition: Text of an agent definition file.
        definition_name: Its name in messages.
        python: Interpreter that runs the project's tests.
        requests: Limit, see `Limits`.
        tokens: Limit.
        cost_dollars: Limit.
        wall_seconds: Limit.
        agent: Which external agent writes; kept apart from the run's record.
        allowance: What the work may reach, install and change; kept apart from it, too.
    """

    engineer: str = ""
    model: str = ""
    base_url: str = ""
    definition: str = ""
    definition_name: str = ""
    python: str = ""
    requests: int | None = None
    tokens: int | None = None
    cost_dollars: float | None = None
    wall_seconds: float | None = None
    agent: AgentChoice = field(default_factory=AgentChoice)
    allowance: Allowance = field(default_factory=Allowance)

    def __post_init__(self) -> None:
        given = (self.requests, self.tokens, self.cost_dollars, self.wall_seconds)
        for number in given:  # they may come from a forged record
            if number is not None and not (math.isfinite(number) and number >= 0):
                raise ValueError(f"{number} is no limit")
