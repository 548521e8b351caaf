"""What the gate says: stages, controls, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from prodwright.core.finding import Finding


class Standing(StrEnum):
    """How a practice stands in one module; `JUDGED` is an opinion, not a fact."""

    PROVEN = "proven"
    CHECKED = "checked"
    JUDGED = "checked (judged)"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not applicable"
    UNVERIFIED = "unverified"


class Outcome(StrEnum):
    """How a stage ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one practice stands in one module.

    Attributes:
        practice: Name of the practice.
        module: Path of the module.
        standing: One of the five.
        reason: Why, as one sentence without a full stop.
        evidence: Hashes of the records that show it.
    """

    practice: str
    module: str
    standing: Standing
    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Whether a stage caught the defects that were planted for it.

    Attributes:
        planted: How many defects were planted; 0 when none could be.
        caught: How many of them the stage reported.
        missed: Names of those it did not report.
    """

    planted: int
    caught: int
    missed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True when something was planted and all of it was caught."""
        return self.planted > 0 and self.caught == self.planted


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """What an experiment shows of one practice in one module.

    Attributes:
        practice: Name of the practice.
        module: Path of the module.
        standing: `PROVEN` when the experiment was red without the defence and green
            with it; `CHECKED` when it was green, and nobody saw it red there.
        reason: Why, as one sentence without a full stop.
    """

    practice: str
    module: str
    standing: Standing
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage of the gate saw.

    Attributes:
        stage: Its name, e.g. `static`, `types`, `tests` or `faults`.
        outcome: How it ended.
        reason: One sentence: what was judged, or why it could not be.
        control: Its positive control.
        findings: What it found.
        seconds: Wall-clock time spent.
        replay: Command that judges the same again.
        details: Figures for the evidence, e.g. number of tests.
        isolation: How foreign code was confined; empty when none ran.
        exhibits: What it shows of practices that it found unbroken.
    """

    stage: str
    outcome: Outcome
    reason: str
    control: Control
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    replay: str = ""
    details: dict[str, str] = field(default_factory=dict)
    isolation: str = ""
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the gate says of one candidate.

    Attributes:
        stages: In the order they ran.
        verdicts: One for each practice and module.
        evidence: Hash of each stage's record, by stage.
    """

    stages: tuple[StageResult, ...]
    verdicts: tuple[Verdict, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All stages' findings, in the order of stages."""
        return tuple(each for stage in self.stages for each in stage.findings)

    @property
    def passed(self) -> bool:
        """True when no stage failed and none that had to judge could not."""
        lost = (Outcome.FAILED, Outcome.UNJUDGED)
        return all(stage.outcome not in lost for stage in self.stages)

    @property
    def inconclusive(self) -> bool:
        """True when nothing failed but something could not be judged."""
        outcomes = {stage.outcome for stage in self.stages}
        return Outcome.UNJUDGED in outcomes and Outcome.FAILED not in outcomes
