"""Which errors may leave a parser or a command that was given bad input."""

from __future__ import annotations

import builtins
import dis
import re
from collections.abc import Iterator
from types import TracebackType

from prodwright.probes.fuzz.breaking import MEDIUM, WEAK, Sighting
from prodwright.probes.fuzz.calls import FUNCTION, Point
from prodwright.probes.fuzz.judging import MOST_MEGABYTES, SLOW_SECONDS, Cost
from prodwright.probes.races.places import Places

_MEANT = (ValueError, OSError, NotImplementedError, EOFError)
_OF_DOCUMENTS = re.compile(r"json|validate|deserialize|unmarshal")
_DELIBERATE = ("RAISE_VARARGS",)


def sightings_of(
    point: Point, error: BaseException | None, cost: Cost, places: Places
) -> Iterator[Sighting]:
    """Yield what is wrong with how a call ended."""
    if cost.cpu_seconds > SLOW_SECONDS:
        says = f"one call takes {cost.cpu_seconds:.1f} s of CPU"
        yield Sighting(kind="slow", level=MEDIUM, says=says)
    elif cost.megabytes > MOST_MEGABYTES:
        says = f"one call takes {cost.megabytes:.0f} MB"
        yield Sighting(kind="memory", level=MEDIUM, says=says)
    if error is None or isinstance(error, (SystemExit, KeyboardInterrupt)):
        return
    says = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
    if point.kind == FUNCTION:
        level = _level(point, error, places)
        if level:
            yield Sighting(kind="wrong-error", level=level, says=says, error=error)
    elif not _is_own(error, places):
        says = f"it ends with a traceback: {says}"
        yield Sighting(kind="traceback", level=MEDIUM, says=says, error=error)


def _is_own(error: BaseException, places: Places) -> bool:
    """A program that ends with an error of its own may be asked to, by its test."""
    return not hasattr(builtins, type(error).__name__) and _is_deliberate(error, places)


def _level(point: Point, error: BaseException, places: Places) -> str:
    """Return how wrong an error is; empty: it may well be meant."""
    if isinstance(error, _MEANT) or type(error).__name__ in point.documentation:
        return ""
    if getattr(builtins, type(error).__name__, None) is not type(error):
        return ""  # somebody defined it for this
    if _is_deliberate(error, places) and not isinstance(error, AssertionError):
        return ""
    takes_data = any(isinstance(each, (dict, list)) for each in point.values.values())
    inside = takes_data and not _OF_DOCUMENTS.search(point.name)
    if inside or isinstance(error, (AssertionError, RecursionError)):
        return WEAK  # nobody but the code itself may ever call it
    return MEDIUM


def _is_deliberate(error: BaseException, places: Places) -> bool:
    """Tell whether a `raise` of the code under test made it."""
    last = _last(error.__traceback__)
    if last is None or not places.is_code(last.tb_frame.f_code.co_filename):
        return False
    instructions = dis.get_instructions(last.tb_frame.f_code)
    at = (each.opname for each in instructions if each.offset == last.tb_lasti)
    return next(at, "") in _DELIBERATE


def _last(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace
