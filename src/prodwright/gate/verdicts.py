"""Forty-two verdicts for each module, from what the stages saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from prodwright.analysis import Source
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Exhibit,
    Outcome,
    StageResult,
    Standing,
    Verdict,
)
from prodwright.gate.experiments import experiments_on
from prodwright.gate.opinions import opinions_in
from prodwright.kit import Hazard
from prodwright.kit.judging import is_concerned
from prodwright.practices import load_practices

# Which stage can show a practice broken or kept, besides the static one.
_DELEGATED = {"types": "clear-contracts", "tests": "unit-tests"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the static stage knows of its hazards.

    Attributes:
        hazards: Those that were looked for.
        blind: Names of those that missed their planted defect.
        unfollowed: Paths of files in which values could not be followed to their end.
    """

    hazards: tuple[Hazard, ...]
    blind: tuple[str, ...]
    unfollowed: frozenset[str] = frozenset()


def verdicts(
    sources: Iterable[Source],
    findings: Iterable[Finding],
    judged: Judged,
    stages: Mapping[str, StageResult],
    evidence: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Verdict, ...]:
    """Return one verdict for each practice and module, in the seed's order.

    Args:
        sources: The modules in scope.
        findings: Everything that any stage found.
        judged: What the static stage looked for.
        stages: The other stages' results, by name.
        evidence: Hash of each stage's record, by stage.
    """
    by_practice = _grouped(judged.hazards)
    broken = _broken(findings)
    every = tuple(sources)
    opinions = opinions_in(stages.get("judgement"))
    exhibits = _exhibits(stages)
    return tuple(
        _with_exhibit(
            _shown(
                _with_opinion(
                    _verdict(
                        practice.name, source, by_practice, broken, judged, stages
                    ),
                    opinions,
                ),
                evidence,
            ),
            exhibits,
            evidence,
        )
        for practice in load_practices()
        for source in every
    )


def _exhibits(
    stages: Mapping[str, StageResult],
) -> dict[tuple[str, str], tuple[str, Exhibit]]:
    """Return the best exhibit by practice and module, with its stage.

    A stage that missed what was planted for it shows nothing.
    """
    best: dict[tuple[str, str], tuple[str, Exhibit]] = {}
    for name, stage in stages.items():
        for each in stage.exhibits if stage.control.holds else ():
            place = (each.practice, each.module)
            if place not in best or each.standing is Standing.PROVEN:
                best[place] = (name, each)
    return best


def _with_exhibit(
    verdict: Verdict,
    exhibits: Mapping[tuple[str, str], tuple[str, Exhibit]],
    evidence: Mapping[str, str],
) -> Verdict:
    """An experiment outweighs silence and a check, and never a finding."""
    stage, shown = exhibits.get((verdict.practice, verdict.module), ("", None))
    settled = (Standing.VIOLATED, Standing.PROVEN)
    if shown is None or verdict.standing in settled:
        return verdict
    if verdict.standing is Standing.CHECKED and shown.standing is Standing.CHECKED:
        return verdict
    digests = (evidence[stage],) if stage in evidence else ()
    return replace(
        verdict,
        standing=shown.standing,
        reason=f"{stage}: {shown.reason}",
        evidence=digests,
    )


def _with_opinion(
    verdict: Verdict, opinions: Mapping[tuple[str, str], tuple[str, str]]
) -> Verdict:
    """A model's opinion stands only where nothing else has judged."""
    opinion = opinions.get((verdict.practice, verdict.module))
    if verdict.standing is not Standing.UNVERIFIED or opinion is None:
        return verdict
    kept, reason = opinion[0] == "keeps", opinion[1]
    standing = Standing.JUDGED if kept else Standing.UNVERIFIED
    return replace(verdict, standing=standing, reason=f"judged by a model: {reason}")


def _shown(verdict: Verdict, evidence: Mapping[str, str]) -> Verdict:
    """Point at the records of the stages that the verdict rests on."""
    silent = verdict.standing in (Standing.UNVERIFIED, Standing.NOT_APPLICABLE)
    if silent or not evidence:
        return verdict
    stages = {
        Standing.PROVEN: ("tests", "integrity"),
        Standing.JUDGED: ("judgement",),
    }.get(verdict.standing, ("static",))
    if verdict.practice == _DELEGATED["types"]:
        stages = (*stages, "types")
    digests = tuple(evidence[stage] for stage in stages if stage in evidence)
    return replace(verdict, evidence=digests)


def _grouped(hazards: Iterable[Hazard]) -> dict[str, list[Hazard]]:
    grouped: dict[str, list[Hazard]] = {}
    for hazard in hazards:
        grouped.setdefault(hazard.practice, []).append(hazard)
    return grouped


def _broken(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    broken: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        broken.setdefault((finding.practice, finding.path), []).append(finding)
    return broken


def _verdict(
    practice: str,
    source: Source,
    by_practice: Mapping[str, list[Hazard]],
    broken: Mapping[tuple[str, str], list[Finding]],
    judged: Judged,
    stages: Mapping[str, StageResult],
) -> Verdict:
    found = broken.get((practice, source.path), [])
    if found and all(each.severity is Severity.NOTE for each in found):
        standing, reason = Standing.UNVERIFIED, found[0].message
    elif found:
        names = ", ".join(sorted({each.hazard for each in found}))
        standing, reason = Standing.VIOLATED, f"{len(found)} findings: {names}"
    else:
        standing, reason = _unbroken(practice, source, by_practice, judged, stages)
    return Verdict(
        practice=practice, module=source.path, standing=standing, reason=reason
    )


def _unbroken(
    practice: str,
    source: Source,
    by_practice: Mapping[str, list[Hazard]],
    judged: Judged,
    stages: Mapping[str, StageResult],
) -> tuple[Standing, str]:
    """Return how a practice stands of which no finding tells in this module."""
    by_stage = _by_stage(practice, source, stages)
    if by_stage is not None:
        return by_stage
    hazards = by_practice.get(practice, [])
    covering = [each for each in hazards if each.scope.covers(source)]
    if not covering:
        return _uncovered(practice, source, hazards)
    concerned = [each for each in covering if is_concerned(each, source)]
    if not concerned:
        subjects = ", ".join(sorted({each.subject for each in covering}))
        return Standing.NOT_APPLICABLE, f"the module has no {subjects}"
    if source.path in judged.unfollowed and any(each.flow for each in concerned):
        return Standing.UNVERIFIED, "values could not be followed to their end here"
    seeing = [each.name for each in concerned if each.name not in judged.blind]
    if not seeing:
        return Standing.UNVERIFIED, "no check caught its planted defect here"
    if all(each.severity is Severity.NOTE for each in concerned):
        told = f"only hints are looked for, and not found: {', '.join(seeing)}"
        return Standing.UNVERIFIED, told
    return Standing.CHECKED, f"not found: {', '.join(seeing)}"


def _by_stage(
    practice: str, source: Source, stages: Mapping[str, StageResult]
) -> tuple[Standing, str] | None:
    if practice == _DELEGATED["tests"]:
        return _tested(source, stages)
    stage = stages.get("types")
    if practice == _DELEGATED["types"] and stage and stage.outcome is Outcome.PASSED:
        return Standing.CHECKED, stage.reason
    return None


def _tested(
    source: Source, stages: Mapping[str, StageResult]
) -> tuple[Standing, str] | None:
    """Tests prove only what each of them was red without."""
    tests, integrity = stages.get("tests"), stages.get("integrity")
    if tests is None or tests.outcome is not Outcome.PASSED:
        return None
    reddened = (
        integrity.details.get("modules shown by red tests", "") if integrity else ""
    )
    if source.path in reddened.split("\n"):
        return (
            Standing.PROVEN,
            "a test was red without this module's code, green with it",
        )
    return None


def _uncovered(
    practice: str, source: Source, hazards: list[Hazard]
) -> tuple[Standing, str]:
    if not hazards or not (source.is_test or source.is_aside):
        return Standing.UNVERIFIED, _wanting(practice)
    kind = "test code" if source.is_test else "an example, document or migration"
    scopes = ", ".join(sorted({each.scope.value for each in hazards}))
    return Standing.NOT_APPLICABLE, f"judged in {scopes}; this is {kind}"


def _wanting(practice: str) -> str:
    stages = experiments_on(practice)
    if not stages:
        return "nothing that was run here judges it"
    return f"no experiment reached it (`prove --stage {stages[0]}` is one that may)"
