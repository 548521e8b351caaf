"""What the gate found, as the model is told: hazard, place, why, what to do, replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Judgement, Outcome, StageResult

_MOST_FINDINGS = 30
_MOST_PLACES = 12
_MOST_OUTPUT_CHARACTERS = 6_000


def finding_lines(finding: Finding) -> list[str]:
    """Return one finding: where, what, the line itself, and how to see it again."""
    lines = [
        (
            f"{finding.path}:{finding.line} {finding.severity.label} {finding.hazard} "
            f"({finding.practice}): {finding.message}"
        )
    ]
    if finding.excerpt:
        lines.append(f"    {finding.excerpt}")
    if finding.replay:
        lines.append(f"    see it again: {finding.replay}")
    return lines


def feedback(judgement: Judgement, guidance: Callable[[str], str]) -> str:
    """Return what fell short, with the guidance of each hazard once.

    Args:
        judgement: Of the last attempt.
        guidance: Returns what a hazard is about; empty when it is not known.
    """
    parts = [
        part
        for stage in judgement.stages
        if stage.outcome in (Outcome.FAILED, Outcome.UNJUDGED)
        for part in _stage(stage, guidance)
    ]
    return "\n".join(parts)


def fingerprints(judgement: Judgement) -> frozenset[str]:
    """Return what tells one judgement's shortfalls from another's."""
    failed = [s for s in judgement.stages if s.outcome is not Outcome.PASSED]
    return frozenset(
        each.fingerprint or f"{each.hazard} {each.path} {each.message}"
        for stage in failed
        for each in _counting(stage.findings)
    ) | {f"{stage.stage} {stage.outcome.value}" for stage in failed}


def _stage(stage: StageResult, guidance: Callable[[str], str]) -> list[str]:
    lines = ["", f"## Stage {stage.stage}: {stage.outcome.value}. {stage.reason}"]
    shown = _counting(stage.findings)[:_MOST_FINDINGS]
    by_hazard: dict[str, list[Finding]] = {}
    for finding in shown:
        by_hazard.setdefault(finding.hazard, []).append(finding)
    for hazard, findings in by_hazard.items():
        lines += ["", f"### {hazard}"]
        told = guidance(hazard)
        lines += [told] if told else []
        for finding in findings[:_MOST_PLACES]:
            lines += [f"- {line}" for line in finding_lines(finding)[:1]]
            lines += finding_lines(finding)[1:]
        if len(findings) > _MOST_PLACES:
            lines.append(f"- and {len(findings) - _MOST_PLACES} more places")
    output = stage.details.get("output", "")
    if output:
        lines += ["", "```", output[-_MOST_OUTPUT_CHARACTERS:], "```"]
    if stage.replay:
        lines.append(f"Judge it again: {stage.replay}")
    return lines


def _counting(findings: Iterable[Finding]) -> Sequence[Finding]:
    return [each for each in findings if each.severity > Severity.NOTE]
