"""Positive controls for hazards: each check is shown its own bad example."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.analysis import project_of
from prodwright.core.judgement import Control
from prodwright.kit import Example, Hazard
from prodwright.kit.judging import judge, judge_change

_MARK = "# flagged"


def blind_hazards(hazards: Iterable[Hazard]) -> tuple[str, ...]:
    """Return the hazards that, here and now, miss a defect planted for them."""
    return tuple(hazard.name for hazard in hazards if not _sees(hazard))


def control_of(hazards: tuple[Hazard, ...], blind: tuple[str, ...]) -> Control:
    """Return the control of a static review by these hazards."""
    planted = len(hazards)
    return Control(planted=planted, caught=planted - len(blind), missed=blind)


def _sees(hazard: Hazard) -> bool:
    example = hazard.examples[0]
    if hazard.check_change is not None:
        before = project_of(example.before)
        return bool(judge_change(before, project_of(example.bad), [hazard]))
    judged = {hazard} if hazard.check_unused is None else _with_allowed(hazard, example)
    found = judge(project_of(example.bad), judged)
    return any(each.hazard == hazard.name for each in found)


def _with_allowed(hazard: Hazard, example: Example) -> set[Hazard]:
    """A stale suppression shows only beside the hazard that it names."""
    from prodwright.practices import find_hazard, hazard_names

    named = {
        name
        for text in example.bad.values()
        for name in hazard_names()
        if f"allow {name}" in text
    }
    return {hazard, *(find_hazard(name) for name in named)}
