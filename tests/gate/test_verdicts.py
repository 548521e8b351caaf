"""What the stages saw, as one verdict per practice and module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from prodwright.analysis import Source
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import (
    Control,
    Exhibit,
    Outcome,
    StageResult,
    Standing,
    Verdict,
)
from prodwright.gate.verdicts import Judged, verdicts
from prodwright.practices import find_hazard

SHOP = Source(path="shop.py", text="import requests\nrequests.get('x', timeout=1)\n")


def stage(name: str, details: Mapping[str, str] | None = None) -> StageResult:
    return StageResult(
        stage=name,
        outcome=Outcome.PASSED,
        reason=f"{name} passed",
        control=Control(planted=1, caught=1),
        details=details or {},
    )


def finding(severity: Severity) -> Finding:
    return Finding(
        path=SHOP.path,
        line=1,
        column=1,
        end_line=1,
        hazard="missing-timeout",
        practice="recovery",
        severity=severity,
        message="it may wait",
    )


def verdict_on(
    practice: str,
    *findings: Finding,
    blind: tuple[str, ...] = (),
    stages: tuple[StageResult, ...] = (),
) -> Verdict:
    judged = Judged(hazards=(find_hazard("missing-timeout"),), blind=blind)
    by_name = {each.stage: each for each in stages}
    evidence = {name: f"hash of {name}" for name in ("static", *by_name)}
    every = verdicts([SHOP], findings, judged, by_name, evidence)
    return next(each for each in every if each.practice == practice)


def test_a_finding_breaks_its_practice() -> None:
    verdict = verdict_on("recovery", finding(Severity.HIGH))

    assert verdict.standing is Standing.VIOLATED
    assert verdict.reason == "1 findings: missing-timeout"
    assert verdict.evidence == ("hash of static",)


def test_a_note_alone_breaks_nothing_and_proves_nothing() -> None:
    verdict = verdict_on("recovery", finding(Severity.NOTE))

    assert verdict.standing is Standing.UNVERIFIED
    assert verdict.reason == "it may wait"
    assert verdict.evidence == ()


def test_a_check_that_missed_its_planted_defect_has_checked_nothing() -> None:
    verdict = verdict_on("recovery", blind=("missing-timeout",))

    assert verdict.standing is Standing.UNVERIFIED
    assert "planted defect" in verdict.reason


def test_a_check_that_sees_has_checked() -> None:
    verdict = verdict_on("recovery")

    assert verdict.standing is Standing.CHECKED
    assert verdict.reason == "not found: missing-timeout"


def test_the_type_checker_speaks_for_clear_contracts() -> None:
    verdict = verdict_on("clear-contracts", stages=(stage("types"),))

    assert verdict.standing is Standing.CHECKED
    assert verdict.evidence == ("hash of static", "hash of types")


def test_a_module_that_a_red_test_needs_is_proven() -> None:
    shown = stage("integrity", {"modules shown by red tests": "other.py\nshop.py"})

    verdict = verdict_on("unit-tests", stages=(stage("tests"), shown))

    assert verdict.standing is Standing.PROVEN
    assert verdict.evidence == ("hash of tests", "hash of integrity")


def test_tests_that_never_were_red_for_a_module_prove_nothing_there() -> None:
    verdict = verdict_on("unit-tests", stages=(stage("tests"), stage("integrity")))

    assert verdict.standing is not Standing.PROVEN


def shown(standing: Standing, *, caught: int = 1) -> StageResult:
    exhibit = Exhibit(
        practice="recovery", module=SHOP.path, standing=standing, reason="it recovers"
    )
    control = Control(planted=1, caught=caught)
    return replace(stage("faults"), exhibits=(exhibit,), control=control)


def test_an_experiment_outweighs_a_check() -> None:
    verdict = verdict_on("recovery", stages=(shown(Standing.PROVEN),))

    assert verdict.standing is Standing.PROVEN
    assert verdict.reason == "faults: it recovers"
    assert verdict.evidence == ("hash of faults",)


def test_an_experiment_outweighs_no_finding() -> None:
    found = finding(Severity.HIGH)
    verdict = verdict_on("recovery", found, stages=(shown(Standing.PROVEN),))

    assert verdict.standing is Standing.VIOLATED


def test_an_experiment_that_missed_its_planted_defect_shows_nothing() -> None:
    verdict = verdict_on("recovery", stages=(shown(Standing.PROVEN, caught=0),))

    assert verdict.standing is Standing.CHECKED
    assert verdict.evidence == ("hash of static",)


def test_an_experiment_that_nobody_saw_red_adds_nothing_to_a_check() -> None:
    verdict = verdict_on("recovery", stages=(shown(Standing.CHECKED),))

    assert verdict.reason == "not found: missing-timeout"


def test_what_no_experiment_reached_says_which_may() -> None:
    verdict = verdict_on("unit-tests")

    assert verdict.standing is Standing.UNVERIFIED
    assert "prove --stage tests" in verdict.reason
