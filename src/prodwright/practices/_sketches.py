"""The catalogue without importing it: what is told of each hazard before it is needed.

Importing every hazard takes several times as long as reviewing a small file. A sketch
holds as plain values what a hazard says of itself; its file is imported when one of its
functions is called, or its examples or its repair are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from prodwright.core.finding import Severity
from prodwright.kit import Flow, Hazard, Scope
from prodwright.kit.triggers import triggers_of
from prodwright.practices._catalogue import find_hazard, load_hazards

_PLAIN = (
    "name",
    "title",
    "practice",
    "files",
    "references",
    "subject",
    "stage",
    "preview",
    "guidance",
)
_CALLED = (
    "check",
    "check_project",
    "check_change",
    "check_unused",
    "concerns",
    "applies",
)
_FLOW = Flow._fields


def sketched() -> tuple[Any, ...]:
    """Return a sketch of each hazard as plain values; all of them are imported."""
    return tuple(map(_sketch, load_hazards()))


def _sketch(hazard: Hazard) -> tuple[Any, ...]:
    found = None if hazard.check is None else triggers_of(hazard.check)
    flow = hazard.flow
    return (
        tuple(getattr(hazard, name) for name in _PLAIN),
        tuple(name for name in _CALLED if getattr(hazard, name) is not None),
        int(hazard.severity),
        hazard.scope.value,
        len(hazard.gathers),
        None if flow is None else tuple(getattr(flow, name) for name in _FLOW),
        None if found is None else tuple(sorted(found)),
    )


def hazards_of(sketches: Iterable[tuple[Any, ...]]) -> tuple[Hazard, ...]:
    """Return the hazards that `sketches` are of; none is imported yet."""
    return tuple(map(_drawn, sketches))


def _drawn(sketch: tuple[Any, ...]) -> Hazard:
    plain, called, severity, scope, gathers, flow, found = sketch
    known: dict[str, Any] = dict(zip(_PLAIN, plain, strict=True))
    load = partial(_whole, known["name"])
    known |= dict.fromkeys(_CALLED)
    known |= {name: partial(_ask, load, name) for name in called}
    known["severity"] = _SEVERITIES[severity]
    known["scope"] = Scope(scope)
    known["gathers"] = tuple(partial(_gather, load, each) for each in range(gathers))
    known["flow"] = None if flow is None else Flow(*flow)
    known["triggers"] = None if found is None else frozenset(found)
    return Hazard.sketched(known, load)


_SEVERITIES = {int(each): each for each in Severity}


@cache
def _whole(name: str) -> Hazard:
    return find_hazard(name)


def _ask(load: Callable[[], Hazard], name: str, *given: object) -> Any:
    return getattr(load(), name)(*given)


def _gather(load: Callable[[], Hazard], number: int, *given: Any) -> object:
    return load().gathers[number](*given)
