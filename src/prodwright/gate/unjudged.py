"""Stages that did not judge, with the reason: never silence."""

from __future__ import annotations

from prodwright.core.judgement import Control, Outcome, StageResult

NOTHING_PLANTED = Control(planted=0, caught=0)


def unjudged(stage: str, reason: str) -> StageResult:
    """Return the result of a stage that had to judge and could not."""
    return StageResult(
        stage=stage, outcome=Outcome.UNJUDGED, reason=reason, control=NOTHING_PLANTED
    )


def not_applicable(stage: str, reason: str) -> StageResult:
    """Return the result of a stage that has nothing to judge."""
    return StageResult(
        stage=stage,
        outcome=Outcome.NOT_APPLICABLE,
        reason=reason,
        control=NOTHING_PLANTED,
    )
