"""Makes each experiment's stage, with what it needs and the time it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from prodwright.core.settings import Settings
from prodwright.gate.candidate import Toolbox
from prodwright.gate.gate import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """What experiments are made with.

    Attributes:
        toolbox: For running the project's code.
        settings: As configured.
        scope: Paths under test, relative to the tree; empty: all.
        variables: Environment variables.
    """

    toolbox: Toolbox
    settings: Settings
    scope: tuple[str, ...]
    variables: Mapping[str, str]


# What a gate adds to its own stages; advisories are asked for where they are named.
IN_GATE = ("architecture", "mutants", "fuzz", "faults", "crash", "races")
ADVISORIES = "PRODWRIGHT_ADVISORIES"  # from the environment only, not a repository's
Maker = Callable[[Laboratory, float], Stage]


def _tests(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from dataclasses import replace

    from prodwright.gate.stages.tests import SuiteStage

    limit = min(laboratory.toolbox.timeout_seconds, max(budget_seconds, 60.0))
    return SuiteStage(toolbox=replace(laboratory.toolbox, timeout_seconds=limit))


def _supply(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from pathlib import Path

    from prodwright.adapters.advisories import read_advisories
    from prodwright.gate.stages.supply import SupplyStage

    del budget_seconds  # it takes none to speak of
    named = laboratory.variables.get(ADVISORIES, "")
    return SupplyStage(
        toolbox=laboratory.toolbox,
        advisories=read_advisories(Path(named)) if named else None,
    )


def _architecture(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.architecture import ArchitectureStage

    return ArchitectureStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


def _mutants(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.mutants import MutantsStage

    return MutantsStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


def _faults(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.faults import FaultsStage

    return FaultsStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


def _crash(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.faults import CrashStage

    return CrashStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


def _races(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.races import RacesStage

    return RacesStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


def _fuzz(laboratory: Laboratory, budget_seconds: float) -> Stage:
    from prodwright.gate.stages.fuzz import FuzzStage

    return FuzzStage(
        toolbox=laboratory.toolbox,
        scope=laboratory.scope,
        budget_seconds=budget_seconds,
    )


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "tests": _tests,
        "supply": _supply,
        "architecture": _architecture,
        "mutants": _mutants,
        "faults": _faults,
        "crash": _crash,
        "races": _races,
        "fuzz": _fuzz,
    }
)


def experiments_for(
    laboratory: Laboratory, budget_seconds: float
) -> tuple[tuple[str, Stage], ...]:
    """Return the experiments that judge a change, by name, cheapest first.

    Args:
        laboratory: What they are made with; its scope is what was changed.
        budget_seconds: For all of them together.
    """
    from prodwright.gate.dynamic.on_change import OnChange
    from prodwright.gate.experiments import EXPERIMENTS

    if not laboratory.scope:
        return ()
    chosen = [each for each in EXPERIMENTS if each.stage in IN_GATE]
    whole = sum(each.weight for each in chosen)
    return tuple(
        (each.stage, OnChange(MAKERS[each.stage](laboratory, share)))
        for each in chosen
        for share in (budget_seconds * each.weight / whole,)
    )
