"""Data flow: which values from outside reach where they hurt, and on which way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from prodwright.analysis.categories import BITS
from prodwright.analysis.dataflow.earlier import Earlier
from prodwright.analysis.dataflow.engine import DataFlow
from prodwright.analysis.dataflow.flows import Flow, Unfollowed, entry
from prodwright.analysis.dataflow.traces import Effects, effects_of, plain
from prodwright.analysis.dataflow.trails import Step
from prodwright.analysis.depth import deep_recursion
from prodwright.analysis.ir import MODULE_BODY, Function
from prodwright.analysis.linking import (
    FUNCTION,
    LinkedModule,
    Program,
    answers,
    lookups,
)
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

    def values(self) -> tuple[Any, ...]:
        """Return the same as plain values."""
        return (
            tuple(each.values() for each in self.flows),
            tuple(each.values() for each in self.entries),
            tuple((e.path, e.reason, e.function) for e in self.unfollowed),
            self.refuted,
            self.unreached,
        )

    @classmethod
    def from_values(cls, values: tuple[Any, ...]) -> Followed:
        """Return what `values` was made of."""
        flows, entries, unfollowed, refuted, unreached = values
        return cls(
            flows=tuple(map(Flow.from_values, flows)),
            entries=tuple(map(Flow.from_values, entries)),
            unfollowed=tuple(
                Unfollowed(path=path, reason=reason, function=function)
                for path, reason, function in unfollowed
            ),
            refuted=refuted,
            unreached=unreached,
        )


def follow(program: Program, models: Models) -> Followed:
    """Follow every function that may matter, and those they call.

    Args:
        program: The linked modules.
        models: What is known of other packages.
    """
    return follow_again(program, models, None)[0]


def follow_again(
    program: Program, models: Models, kept: Any, *, with_entries: bool = True
) -> tuple[Followed, Callable[[], Any]]:
    """Follow a program of which an earlier version was followed.

    Args:
        program: The linked modules.
        models: What is known of other packages; the same as then.
        kept: What this returned then; None: nothing is known.
        with_entries: Whether entries are wanted.

    Returns:
        What is found, and what makes plain values to be kept for the next time.
    """
    before = _recall(program, kept)
    for each in program.briefs:  # so that it is known whether it stays as it is
        program.lookups.note(lookups.MODULE, each.name)
    engine = DataFlow(program, models, before.earlier)
    worth = _Worth(models)
    roots = {
        key: before.roots[key]
        if key in before.roots
        else worth.in_module(program.modules[key])
        for key in (each.name for each in program.briefs)
    }
    with deep_recursion():
        for key, indexes in roots.items():
            for index in indexes:
                engine.summary((FUNCTION, key, index))
    found = _gathered(engine, with_entries=with_entries)
    return found, partial(_keep, engine, roots, before)


_Roots = dict[str, tuple[int, ...]]
_MOST_LOOKUPS = 8  # for each node that is left: more are of what is long gone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What is known of an earlier version.

    Attributes:
        earlier: Its traces.
        roots: Of the modules that are as they were.
        answers: To lookups, in the order of their numbers.
        stale: Keys of the modules that are not as they were.
    """

    earlier: Earlier
    roots: _Roots
    answers: list[Any]
    stale: set[str]


def _recall(program: Program, kept: Any) -> _Before:
    if kept is None:
        nothing = Earlier({}, frozenset())
        return _Before(earlier=nothing, roots={}, answers=[], stale=set())
    every, told, nodes, roots = kept
    program.lookups.restore(every)
    stale = answers.changed_modules(program, every, told)
    changed = answers.changed(program, every, told, stale)
    return _Before(
        earlier=Earlier(nodes, frozenset(changed)),
        roots={key: each for key, each in roots.items() if key not in stale},
        answers=told,
        stale=stale,
    )


def _keep(engine: DataFlow, roots: _Roots, before: _Before) -> Any:
    every = engine.program.lookups.every
    if len(every) > _MOST_LOOKUPS * len(engine.traces) + 1_000:
        return None
    hits: dict[int, tuple[Any, ...]] = {}
    nodes = {node: plain(trace, hits) for node, trace in engine.traces.items()}
    told = answers.told_again(engine.program, every, before.answers, before.stale)
    return (every, told, nodes, roots)


def _gathered(engine: DataFlow, *, with_entries: bool) -> Followed:
    flows: dict[tuple[str, int, str], Flow] = {}
    whole = Effects()
    lost: list[Unfollowed] = []
    for effects in filter(None, map(effects_of, engine.traces.values())):
        for flow in effects.flows:
            _keep_shortest(flows, flow)
        whole.harmless |= effects.harmless
        whole.harmful |= effects.harmful
        whole.unreached |= effects.unreached
        if effects.unfollowed is not None:
            lost.append(effects.unfollowed)
    reached = {each[:2] for each in whole.harmful | whole.harmless}
    entries = _entries(engine, flows) if with_entries else []
    return Followed(
        flows=tuple(sorted(flows.values(), key=lambda each: each.key)),
        entries=tuple(sorted(entries, key=lambda each: each.key)),
        unfollowed=tuple(sorted(lost, key=lambda each: (each.path, each.function))),
        refuted=frozenset(whole.harmless - whole.harmful),
        # What one pass over a loop does not reach, another may.
        unreached=frozenset(whole.unreached - reached),
    )


def _keep_shortest(flows: dict[tuple[str, int, str], Flow], flow: Flow) -> None:
    """Keep one way to each place, the same in whatever order they are found."""
    known = flows.get(flow.key)
    if known is None or _length(flow) < _length(known):
        flows[flow.key] = flow


def _length(flow: Flow) -> tuple[int, tuple[Step, ...]]:
    return (len(flow.steps), flow.steps)


class _Worth:
    """Tells which functions mention a source or a sink, or answer requests."""

    def __init__(self, models: Models) -> None:
        self._called = _last_names([*models.sinks, *models.sources])
        self._read = _last_names(models.sources)
        self._answering = {name for each in models.entries for name in each.methods}

    def in_module(self, linked: LinkedModule) -> tuple[int, ...]:
        """Return the functions of a module that are worth following."""
        every = enumerate(linked.module.functions)
        return tuple(at for at, each in every if self._following(each))

    def _following(self, function: Function) -> bool:
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


def _entries(engine: DataFlow, flows: dict[tuple[str, int, str], Flow]) -> list[Flow]:
    found: dict[tuple[str, int, str], Flow] = {}
    for node, trace in engine.traces.items():
        summary = trace.summary
        if summary is None or not summary.hits:
            continue
        if not _is_offered(engine.program.modules[node[1]].function(node[2])):
            continue
        for (slot, category), hit in summary.hits.items():
            flow = entry(category, BITS[category], slot, hit)
            if flow.key not in flows:
                _keep_shortest(found, flow)
    return list(found.values())


def _is_offered(function: Function) -> bool:
    """Public, as far as its name tells."""
    parts = function.name.split(".")
    return function.name != MODULE_BODY and not any(e.startswith("_") for e in parts)
