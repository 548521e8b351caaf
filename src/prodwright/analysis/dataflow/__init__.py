"""Data flow: which values from outside reach where they hurt, and on which way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prodwright.analysis.categories import BITS
from prodwright.analysis.dataflow.engine import DataFlow
from prodwright.analysis.dataflow.flows import Flow, Unfollowed, entry
from prodwright.analysis.depth import deep_recursion
from prodwright.analysis.ir import MODULE_BODY, Function
from prodwright.analysis.linking import FUNCTION, LinkedModule, Program
from prodwright.analysis.models import Models

__all__ = ["Flow", "Followed", "Unfollowed", "follow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What following a program's functions found.

    Attributes:
        flows: From outside, in order of place.
        entries: From parameters of functions that a library offers; what is among the
            flows is not here.
        unfollowed: Functions that could not be followed.
        refuted: Path, position and category of calls that receive nothing harmful,
            whatever happens: all that reaches them is known.
        unreached: Path and position of calls that constants keep from being reached.
    """

    flows: tuple[Flow, ...]
    entries: tuple[Flow, ...]
    unfollowed: tuple[Unfollowed, ...]
    refuted: frozenset[tuple[str, int, str]] = frozenset()
    unreached: frozenset[tuple[str, int]] = frozenset()


def follow(program: Program, models: Models) -> Followed:
    """Follow every function that may matter, and those they call.

    Args:
        program: The linked modules.
        models: What is known of other packages.
    """
    engine = DataFlow(program, models)
    worth = _Worth(models)
    with deep_recursion():
        roots = [
            (FUNCTION, linked.module.name, index)
            for linked, index in program.functions()
            if worth.following(linked, linked.function(index))
        ]
        for root in roots:
            engine.summary(root)
    return Followed(
        flows=tuple(sorted(engine.flows.values(), key=lambda each: each.key)),
        entries=tuple(sorted(_entries(engine), key=lambda each: each.key)),
        unfollowed=tuple(engine.unfollowed),
        refuted=frozenset(engine.harmless - engine.harmful),
        unreached=_never_reached(engine),
    )


def _never_reached(engine: DataFlow) -> frozenset[tuple[str, int]]:
    """What one pass over a loop does not reach, another may."""
    reached = {each[:2] for each in engine.harmful | engine.harmless}
    return frozenset(engine.unreached - reached)


class _Worth:
    """Tells which functions mention a source or a sink, or answer requests."""

    def __init__(self, models: Models) -> None:
        self._called = _last_names([*models.sinks, *models.sources])
        self._read = _last_names(models.sources)
        self._answering = {name for each in models.entries for name in each.methods}

    def following(self, linked: LinkedModule, function: Function) -> bool:
        """Tell whether anything in `function` can begin or end a flow."""
        facts = function.facts
        if function.owner and function.name.rpartition(".")[2] in self._answering:
            return True
        if function.decorators or not self._read.isdisjoint(facts.attributes):
            return True
        return any(
            call[0].rpartition(".")[2] in self._called for call in facts.calls
        ) or bool(facts.raises)


def _last_names(names: Iterable[str]) -> frozenset[str]:
    last = (name.removesuffix("()").removesuffix("[]") for name in names)
    return frozenset(name.rpartition(".")[2] for name in last)


def _entries(engine: DataFlow) -> list[Flow]:
    found: dict[tuple[str, int, str], Flow] = {}
    for reference, summary in engine.summaries.items():
        function = engine.program.modules[reference[1]].function(reference[2])
        if summary is None or not _is_offered(function):
            continue
        for (slot, category), hit in summary.hits.items():
            flow = entry(category, BITS[category], slot, hit)
            if flow.key not in engine.flows:
                found.setdefault(flow.key, flow)
    return list(found.values())


def _is_offered(function: Function) -> bool:
    """Public, as far as its name tells."""
    parts = function.name.split(".")
    return function.name != MODULE_BODY and not any(e.startswith("_") for e in parts)
