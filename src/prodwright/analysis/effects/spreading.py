"""Carries effects from the functions that have them to all that call those."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping

from prodwright.analysis.effects.contexts import ANY
from prodwright.analysis.effects.facts import UNKNOWN, Call
from prodwright.analysis.effects.names import NETWORK, SLEEPS
from prodwright.analysis.effects.table import Effects, Way


def spread(effects: Effects) -> None:
    """Fill in what functions do through others."""
    callers: dict[str, list[tuple[str, Call]]] = defaultdict(list)
    for name in effects.functions:
        for target, call in effects.calls(name):
            callers[target].append((name, call))
    effects.blocks = _ways(effects, callers, None)
    effects.waits = _ways(effects, callers, NETWORK | SLEEPS)
    effects.raises = _raised(effects, callers)
    effects.changes = _changed(effects, callers)
    effects.opens = _opening(effects)


Callers = Mapping[str, list[tuple[str, Call]]]


def _ways(
    effects: Effects, callers: Callers, among: frozenset[str] | None
) -> dict[str, Way]:
    """Return the shortest way of each function to a blocking call."""
    found: dict[str, Way] = {}
    waiting: deque[str] = deque()
    for name, known in effects.functions.items():
        blocks = known.doing.blocks
        chosen = [each for each in blocks if among is None or each[0] in among]
        if chosen and not known.doing.is_async:
            says, place = chosen[0]
            found[name] = Way(says, ((known.path, place, says),))
            waiting.append(name)
    while waiting:
        name = waiting.popleft()
        for caller, call in callers.get(name, ()):
            known = effects.functions[caller]
            if caller in found or known.doing.is_async:
                continue
            step = (known.path, call.place, name.rpartition(".")[2])
            found[caller] = Way(found[name].says, (step, *found[name].steps))
            waiting.append(caller)
    return found


def _raised(effects: Effects, callers: Callers) -> dict[str, frozenset[str]]:
    found = {
        name: frozenset(map(effects.kind, set(known.doing.raises) - {UNKNOWN}))
        for name, known in effects.functions.items()
    }
    waiting = deque(name for name, raised in found.items() if raised)
    while waiting:
        name = waiting.popleft()
        for caller, call in callers.get(name, ()):
            if ANY in call.caught:
                continue
            caught = set(map(effects.kind, call.caught))
            new = {e for e in found[name] if not effects.is_caught(e, caught)}
            if not new <= found[caller]:
                found[caller] |= new
                waiting.append(caller)
    return found


def _changed(effects: Effects, callers: Callers) -> dict[str, frozenset[str]]:
    found = {
        name: frozenset(known.doing.changes)
        for name, known in effects.functions.items()
    }
    waiting = deque(name for name, changed in found.items() if changed)
    while waiting:
        name = waiting.popleft()
        parameters = effects.functions[name].doing.parameters
        for caller, call in callers.get(name, ()):
            shift = int(bool(parameters) and parameters[0] in ("self", "cls"))
            new = {
                given
                for becomes, given in call.given
                if _parameter(parameters, becomes, shift) in found[name]
            }
            if not new <= found[caller]:
                found[caller] |= new
                waiting.append(caller)
    return found


def _parameter(parameters: tuple[str, ...], becomes: int | str, shift: int) -> str:
    if isinstance(becomes, str):
        return becomes
    number = becomes + shift
    return parameters[number] if number < len(parameters) else ""


def _opening(effects: Effects) -> frozenset[str]:
    opening: set[str] = set()
    for name in effects.functions:
        seen: set[str] = set()
        each = name
        while each and each not in seen:
            seen.add(each)
            told = effects.functions[each].doing.opens
            if told == "yes":
                opening.add(name)
            each = "" if told in ("yes", "no") else effects.function(told)
    return frozenset(opening)
