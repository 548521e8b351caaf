"""What following one function rested on and found, so that it need not be done again.

A *node* is a function, or a module's variable as other code sees it:

    (FUNCTION, module key, index)
    (VARIABLE, module key, name)

While a node is worked out, it asks for others. Their answers depend on what is under
way at that moment: a function that is being followed has no summary yet. So a trace
holds the requests in order, with what the node itself had under way (calls followed for
one call alone), and whether there was an answer. Where the lookups have the same
answers, and the requests, made again in the same order, too, the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from prodwright.analysis.dataflow.flows import Flow, Unfollowed
from prodwright.analysis.dataflow.records import Hit, Summary
from prodwright.analysis.dataflow.values import Environment, Value
from prodwright.analysis.linking import Reference

# Sorts of requests.
SUMMARY: Final = 0
INLINED: Final = 1
GLOBAL: Final = 2
Request = tuple[int, Reference, tuple[Reference, ...], bool]


@dataclass(slots=True)
class Effects:
    """What was found while a node was worked out.

    Attributes:
        flows: Those that end in it.
        harmless: See `Followed.refuted`; path, position and category.
        harmful: Likewise of what may hurt.
        unreached: See `Followed`.
        unfollowed: It was given up, and why.
    """

    flows: list[Flow] = field(default_factory=list)
    harmless: set[tuple[str, int, str]] = field(default_factory=set)
    harmful: set[tuple[str, int, str]] = field(default_factory=set)
    unreached: set[tuple[str, int]] = field(default_factory=set)
    unfollowed: Unfollowed | None = None

    def values(self) -> tuple[Any, ...] | None:
        """Return the same as plain values; None when there is nothing."""
        flows, lost = self.flows, self.unfollowed
        places = (self.harmless, self.harmful, self.unreached)
        if not (flows or lost or any(places)):
            return None
        return (
            tuple(each.values() for each in flows),
            *(tuple(each) for each in places),
            lost and (lost.path, lost.reason, lost.function),
        )


@dataclass(slots=True)
class Trace:
    """Of one node.

    Attributes:
        lookups: Numbers of those that it rests on.
        requests: In order, each once: sort, node, what was under way, whether there
            was an answer.
        summary: Of a function.
        value: Of a variable.
        variables: Of a module's body, what holds after it.
        effects: What was found on the way.
    """

    lookups: Iterable[int] = ()
    requests: dict[Request, None] = field(default_factory=dict)
    summary: Summary | None = None
    value: Value | None = None
    variables: Environment | None = None
    effects: Effects = field(default_factory=Effects)

    @property
    def result(self) -> tuple[Any, ...]:
        """All that those who ask for the node can see."""
        return (self.summary, self.value, self.variables)


@dataclass(slots=True)
class Recalled:
    """A trace as plain values; its results are made when they are asked for.

    Attributes:
        values: As `plain` makes them.
    """

    values: Any
    _result: tuple[Any, ...] | None = None

    @property
    def lookups(self) -> Iterable[int]:
        """As in `Trace`."""
        numbers: tuple[int, ...] = self.values[0]
        return numbers

    @property
    def requests(self) -> Iterable[Request]:
        """As in `Trace`."""
        requests: tuple[Request, ...] = self.values[1]
        return requests

    @property
    def result(self) -> tuple[Any, ...]:
        """As in `Trace`."""
        if self._result is None:
            summary, value, variables = self.values[2:5]
            self._result = (summary and _summary(*summary), value, variables)
        return self._result

    @property
    def summary(self) -> Summary | None:
        """As in `Trace`."""
        summary: Summary | None = self.result[0]
        return summary

    @property
    def value(self) -> Value | None:
        """As in `Trace`."""
        value: Value | None = self.values[3]
        return value

    @property
    def variables(self) -> Environment | None:
        """As in `Trace`."""
        variables: Environment | None = self.values[4]
        return variables

    @property
    def effects(self) -> Effects:
        """As in `Trace`."""
        flows, harmless, harmful, unreached, lost = self.values[5]
        return Effects(
            flows=[Flow.from_values(each) for each in flows],
            harmless=set(harmless),
            harmful=set(harmful),
            unreached=set(unreached),
            unfollowed=lost
            and Unfollowed(path=lost[0], reason=lost[1], function=lost[2]),
        )


def effects_of(trace: Trace | Recalled) -> Effects | None:
    """Return what was found on the way; None when there is nothing."""
    if isinstance(trace, Recalled) and trace.values[5] is None:
        return None
    return trace.effects


Hits = dict[int, tuple[Any, ...]]


def plain(trace: Trace | Recalled, hits: Hits) -> tuple[Any, ...]:
    """Return a trace as plain values.

    Args:
        trace: Of any node.
        hits: Those that are plain already, so that they stay shared.
    """
    if isinstance(trace, Recalled):
        values: tuple[Any, ...] = trace.values
        return values
    return (
        tuple(trace.lookups),
        tuple(trace.requests),
        None if trace.summary is None else _plain_summary(trace.summary, hits),
        trace.value,
        trace.variables,
        trace.effects.values(),
    )


def _plain_summary(summary: Summary, known: Hits) -> tuple[Any, ...]:
    hits = {place: _plain_hit(each, known) for place, each in summary.hits.items()}
    return (summary.result, hits)


def _plain_hit(hit: Hit, known: Hits) -> tuple[Any, ...]:
    found = known.get(id(hit))
    if found is None:
        inner = hit.inner
        onward = inner and (inner[0], inner[1], _plain_hit(inner[2], known))
        found = known[id(hit)] = (*hit[:4], onward)
    return found


def _summary(result: Value, plain_hits: dict[tuple[int, str], Any]) -> Summary:
    hits: dict[tuple[int, str], Hit] = {
        place: _hit(each) for place, each in plain_hits.items()
    }
    return Summary(result, hits)


def _hit(values: Any) -> Hit:
    path, position, callee, trail, inner = values
    onward = inner and (inner[0], inner[1], _hit(inner[2]))
    return Hit(path, position, callee, trail, onward)


def same(one: Any, other: Any) -> bool:
    """Tell whether two results are equal, in time that grows with their size.

    Results share parts with themselves; each pair of parts is compared once.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [(one, other)]
    while waiting:
        a, b = waiting.pop()
        if a is b or (id(a), id(b)) in seen:
            continue
        seen.add((id(a), id(b)))
        if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
            waiting.extend(zip(a, b, strict=True))
        elif isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            waiting.extend((value, b[key]) for key, value in a.items())
        elif a.__class__ is not b.__class__ or isinstance(a, tuple | dict) or a != b:
            return False
    return True
