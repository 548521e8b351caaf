"""The stages in order of cost; a failed cheap one spares the dear ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from prodwright.core.judgement import Outcome, StageResult
from prodwright.gate.candidate import Candidate


class Stage(Protocol):
    """Judges one candidate; raises only when it cannot judge for want of a tool."""

    def judge(self, candidate: Candidate) -> StageResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Judges candidates.

    Attributes:
        stages: By name, cheapest first.
        watch: Called around each stage: it is given the name and the work.
    """

    stages: Iterable[tuple[str, Stage]]
    watch: Callable[[str, Callable[[], StageResult]], StageResult]

    def judge(self, candidate: Candidate) -> tuple[StageResult, ...]:
        """Return what the stages saw, up to and including the first that failed."""
        results: list[StageResult] = []
        for name, stage in self.stages:
            results.append(self.watch(name, lambda s=stage: s.judge(candidate)))  # type: ignore[misc]
            if results[-1].outcome is Outcome.FAILED:
                break
        return tuple(results)
