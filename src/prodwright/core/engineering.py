"""Who is to write, as the user chose it on the command line."""

from __future__ import annotations

from dataclasses import dataclass

BLUEPRINTS, MODEL, AGENT = "blueprints", "model", "agent"
ENGINEERS = (BLUEPRINTS, MODEL, AGENT)


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
