"""Finds out who is to write, and opens the model that was named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prodwright.adapters.agents import AgentLimits
from prodwright.adapters.agents.opening import open_agent
from prodwright.adapters.models import LanguageModel
from prodwright.adapters.models.opening import open_model
from prodwright.api.agent_studio import AgentStudio
from prodwright.api.allowing import refuse_unreachable
from prodwright.api.bench import Bench
from prodwright.api.granting import granted, kept_grant
from prodwright.api.kept_choice import kept_choice
from prodwright.api.model_studio import ModelStudio
from prodwright.api.people import Person
from prodwright.api.studio import Room
from prodwright.blueprints import match
from prodwright.core.engineering import (
    AGENT,
    BLUEPRINTS,
    ENGINEERS,
    MODEL,
    Engineering,
)
from prodwright.core.errors import ConfigurationInvalid, NoEngineerFits, UnknownName
from prodwright.core.limits import MICRODOLLARS, Limits
from prodwright.core.settings import ModelSettings, Settings
from prodwright.engineer.definitions import Definition, own_persona, read_definition
from prodwright.kit import Hazard


def engineer_for(request: str, wanted: Engineering, settings: Settings) -> str:
    """Return who serves `request`.

    Raises:
        UnknownName: There is no such engineer.
        ConfigurationInvalid: The model engineer is wanted and no model is named.
        NoEngineerFits: No blueprint fits and no model is configured.
    """
    if wanted.engineer and wanted.engineer not in ENGINEERS:
        raise UnknownName("engineer", wanted.engineer, known=ENGINEERS)
    model = wanted.model or settings.model.name
    if wanted.engineer:
        return wanted.engineer
    if wanted.agent.name:
        return AGENT
    if wanted.model or wanted.definition:
        return MODEL
    matched = match(request)
    if matched.best is not None:
        return BLUEPRINTS
    if model:
        return MODEL
    nearest = ", ".join(name for name, _ in matched.nearest)
    raise NoEngineerFits(
        f"no blueprint fits {request!r}; the nearest are: {nearest}",
        hint="reword the request, or name a model with --model provider:name "
        "(pip install 'prodwright[model]')",
    )


def studio_for(
    bench: Bench, hazards: tuple[Hazard, ...], person: Person | None
) -> ModelStudio:
    """Return where the model of a run works.

    Raises:
        ConfigurationInvalid: The model cannot be opened.
        SandboxUnavailable: The network cannot be opened for allowed hosts only.
    """
    wanted = kept_choice(bench.record)
    persona = persona_of(wanted)
    settings = model_settings(bench.settings.model, wanted, persona)
    review = replace(settings, name=settings.review, base_url=_same_place(settings))
    refuse_unreachable(bench.allowance.hosts, bench.sandbox)
    room = Room(bench=bench, hazards=hazards, limits=settings.limits, person=person)
    return ModelStudio(
        room=room,
        model=open_model(settings, bench.variables),
        settings=settings,
        persona=persona,
        reviewer=open_model(review, bench.variables) if settings.review else None,
    )


def _same_place(settings: ModelSettings) -> str:
    """An address belongs to a provider; the models of another are elsewhere."""
    of = settings.name.partition(":")[0], settings.review.partition(":")[0]
    return settings.base_url if of[0] == of[1] else ""


def open_chosen(
    wanted: Engineering, settings: Settings, variables: Mapping[str, str]
) -> LanguageModel:
    """Return the model that was chosen.

    Raises:
        ConfigurationInvalid: None is named, or it cannot be opened.
    """
    named = model_settings(settings.model, wanted, persona_of(wanted))
    if not named.name:
        raise ConfigurationInvalid(
            "no model is named",
            hint="add --model provider:name or set PRODWRIGHT_MODEL",
        )
    return open_model(named, variables)


def model_settings(
    configured: ModelSettings, wanted: Engineering, persona: Definition
) -> ModelSettings:
    """Return what is configured, with what was typed over it."""
    limits = configured.limits
    cost = wanted.cost_dollars
    return replace(
        configured,
        name=wanted.model or persona.model or configured.name,
        base_url=wanted.base_url or configured.base_url,
        limits=Limits(
            requests=wanted.requests or limits.requests,
            tokens=wanted.tokens or limits.tokens,
            cost_microdollars=limits.cost_microdollars
            if cost is None
            else round(cost * MICRODOLLARS),
            wall_seconds=wanted.wall_seconds or limits.wall_seconds,
        ),
    )


def persona_of(wanted: Engineering) -> Definition:
    """Return who the engineer is: as the user's file says, else as ours does."""
    if not (wanted.definition or wanted.definition_name):
        return own_persona()
    return read_definition(wanted.definition, wanted.definition_name)


def agent_studio_for(
    bench: Bench, hazards: tuple[Hazard, ...], person: Person | None
) -> AgentStudio:
    """Return where the agent of a run works.

    Raises:
        ConfigurationInvalid: What was granted cannot be granted any more.
        AgentFailed: The agent is not installed.
        ExtraMissing: The protocol's library is not installed.
        SandboxUnavailable: The network cannot be opened for allowed hosts only.
    """
    refuse_unreachable(bench.allowance.hosts, bench.sandbox)
    limits = model_settings(
        bench.settings.model, kept_choice(bench.record), own_persona()
    ).limits
    room = Room(bench=bench, hazards=hazards, limits=limits, person=person)
    grant = granted(
        kept_grant(bench),
        bench.git.root,
        bench.variables,
        allow_unsandboxed=bench.allow_unsandboxed,
    )
    return AgentStudio(
        room=room,
        agent=open_agent(grant.chosen),
        grant=grant,
        prompt_limits=AgentLimits(wall_seconds=limits.wall_seconds),
    )
