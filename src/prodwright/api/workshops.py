"""Wires the workshop of a run: by its door, and by who writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from prodwright.api.bench import Bench
from prodwright.api.building import BuildWorkshop
from prodwright.api.hardening import HardenWorkshop
from prodwright.api.model_hardening import Mending
from prodwright.api.modelling import Building
from prodwright.api.people import Person
from prodwright.api.selecting import select_hazards
from prodwright.api.staffing import agent_studio_for, studio_for
from prodwright.api.studio import Studio
from prodwright.api.writing import WritingWorkshop
from prodwright.core.engineering import AGENT, MODEL
from prodwright.kit import Hazard

OpenStudio = Callable[[Bench, tuple[Hazard, ...], Person | None], Studio]
_STUDIOS: Mapping[str, OpenStudio] = {MODEL: studio_for, AGENT: agent_studio_for}


def workshop_for(
    bench: Bench, person: Person | None
) -> BuildWorkshop | HardenWorkshop | WritingWorkshop:
    """Return the workshop of the run's door and engineer."""
    open_studio = _STUDIOS.get(str(bench.record.options.get("engineer")))
    if bench.record.door == "harden":
        plain = _harden_workshop(bench)
        if open_studio is None:
            return plain
        studio = open_studio(bench, plain.hazards, person)
        return WritingWorkshop(work=Mending(studio=studio, codemods=plain))
    hazards = select_hazards(bench.settings)
    if open_studio is not None:
        studio = open_studio(bench, hazards, person)
        return WritingWorkshop(work=Building(studio=studio))
    ask = person.answer if person else None
    return BuildWorkshop(bench=bench, hazards=hazards, ask=ask)


def _harden_workshop(bench: Bench) -> HardenWorkshop:
    only = bench.record.options.get("only")
    names = tuple(str(each) for each in only) if isinstance(only, list) else ()
    settings = replace(bench.settings, only=names or bench.settings.only)
    return HardenWorkshop(
        bench=bench,
        hazards=select_hazards(settings),
        unsafe=bool(bench.record.options.get("unsafe")),
    )
