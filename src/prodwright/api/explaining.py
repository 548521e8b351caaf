"""`explain`: what a hazard or a practice is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prodwright.core.errors import UnknownName
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.delivery.terminal import Advice
from prodwright.gate.experiments import EXPERIMENTS, Experiment
from prodwright.kit import Hazard, Rewrite
from prodwright.practices import (
    Practice,
    find_hazard,
    hazard_names,
    hazards_named,
    load_practices,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticePage:
    """A practice and the hazards that break it."""

    practice: Practice
    hazards: tuple[Hazard, ...]

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """Those of `prove` that can show it kept or broken."""
        name = self.practice.name
        return tuple(each for each in EXPERIMENTS if name in each.practices)


def advice(hazard_name: str) -> Advice:
    """Return what the hazard's own file says about it.

    Raises:
        UnknownName: There is no such hazard.
    """
    hazard = find_hazard(hazard_name)
    return Advice(
        consequence=hazard.consequence,
        repair=hazard.repair.summary,
        automatic=isinstance(hazard.repair, Rewrite),
    )


def explain(name: str) -> Hazard | PracticePage:
    """Return the hazard or the practice called `name`.

    Raises:
        UnknownName: It is neither.
    """
    if name in hazard_names():
        return find_hazard(name)
    practices = {each.name: each for each in load_practices()}
    if name not in practices:
        known = (*hazard_names(), *practices)
        raise UnknownName("hazard or practice", name, known=known)
    hazards = tuple(find_hazard(each) for each in sorted(hazards_named([name])))
    return PracticePage(practice=practices[name], hazards=hazards)


def page_document(page: Hazard | PracticePage) -> dict[str, Any]:
    """Return the page as a JSON document."""
    if isinstance(page, PracticePage):
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "practice",
            "name": page.practice.name,
            "title": page.practice.title,
            "principle": page.practice.principle,
            "hazards": [each.name for each in page.hazards],
            "experiments": [each.stage for each in page.experiments],
        }
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "hazard",
        "name": page.name,
        "title": page.title,
        "practice": page.practice,
        "severity": page.severity.label,
        "guidance": page.guidance,
        "repair": page.repair.summary,
        "automatic": isinstance(page.repair, Rewrite),
        "preview": page.preview,
        "references": list(page.references),
    }
