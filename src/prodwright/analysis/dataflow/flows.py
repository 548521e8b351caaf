"""What the data flow finds: ways from outside to where it hurts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from prodwright.analysis.dataflow.records import Hit
from prodwright.analysis.dataflow.trails import Step, way
from prodwright.analysis.dataflow.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A dangerous value and its way.

    Attributes:
        category: In which it hurts.
        path: File of the call that it reaches.
        position: Of that call.
        callee: What is called, as it is written.
        steps: From the source to that call.
        is_entry: Whether the source is only a parameter of a function that anybody
            may call: a library's own entry.
    """

    category: str
    path: str
    position: int
    callee: str
    steps: tuple[Step, ...]
    is_entry: bool = False

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells flows apart: the place and the category."""
        return (self.path, self.position, self.category)

    def values(self) -> tuple[Any, ...]:
        """Return the same as plain values."""
        place = (self.category, self.path, self.position, self.callee)
        return (*place, self.steps, self.is_entry)

    @classmethod
    def from_values(cls, values: tuple[Any, ...]) -> Flow:
        """Return what `values` was made of."""
        category, path, position, callee, steps, is_entry = values
        return cls(
            category=category,
            path=path,
            position=position,
            callee=callee,
            steps=steps,
            is_entry=is_entry,
        )


class Unfollowed(NamedTuple):
    """A function or file that could not be followed to its end.

    Attributes:
        path: Its file.
        reason: Why, as a clause.
        function: Its qualified name; empty for a whole file.
    """

    path: str
    reason: str
    function: str = ""


def told(category: str, bit: int, value: Value, hit: Hit) -> Flow:
    """Return the flow of a value that comes from outside and ends at `hit`."""
    steps = way(value[3], 0, bit)
    steps += _onward(hit, bit)
    return Flow(
        category=category,
        path=hit.path,
        position=hit.position,
        callee=hit.callee,
        steps=_distinct(steps),
    )


def entry(category: str, bit: int, slot: int, hit: Hit) -> Flow:
    """Return the flow of a function's parameter that ends at `hit`."""
    steps = way(hit.trail, slot, bit) + _onward(hit, bit)
    return Flow(
        category=category,
        path=hit.path,
        position=hit.position,
        callee=hit.callee,
        steps=_distinct(steps),
        is_entry=True,
    )


def _onward(hit: Hit, bit: int) -> list[Step]:
    """Return the steps from the function in which a way meets `hit` to its end."""
    steps: list[Step] = []
    while hit.inner is not None:
        step, slot, hit = hit.inner
        steps.append(step)
        steps += way(hit.trail, slot, bit)
    return [*steps, (hit.path, hit.position, f"reaches {hit.callee}")]


def _distinct(steps: list[Step]) -> tuple[Step, ...]:
    kept: list[Step] = []
    for step in steps:
        if not kept or kept[-1] != step:
            kept.append(step)
    return tuple(kept)
