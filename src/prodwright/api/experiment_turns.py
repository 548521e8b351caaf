"""Experiments one after the other, within a time for all of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from prodwright.api.experimenting import MAKERS, Laboratory
from prodwright.api.stage_memory import StageMemory
from prodwright.core.judgement import StageResult
from prodwright.gate.candidate import Candidate
from prodwright.gate.experiments import Experiment
from prodwright.runs.journal import Progress

LEAST_BUDGET_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiments:
    """Those that were chosen, and the time they share.

    Attributes:
        chosen: In the order they run.
        laboratory: What they are made with.
        memory: What was tried before on the same code.
        budget_seconds: For all of them together.
    """

    chosen: tuple[Experiment, ...]
    laboratory: Laboratory
    memory: StageMemory
    budget_seconds: float

    def in_turn(
        self, candidate: Candidate, progress: Progress
    ) -> tuple[StageResult, ...]:
        """Run them; what one leaves of its time goes to those after it."""
        ends = time.monotonic() + self.budget_seconds
        results: list[StageResult] = []
        for number, each in enumerate(self.chosen):
            waiting = sum(later.weight for later in self.chosen[number:])
            left = max(ends - time.monotonic(), 0.0)
            share = max(left * each.weight / waiting, LEAST_BUDGET_SECONDS)
            progress.started(f"prove: {each.stage}")
            progress.note(f"{each.stage}: {each.does}; {share:.0f} s at most")
            started = time.monotonic()
            result = self._result(each, share, candidate)
            seconds = time.monotonic() - started
            results.append(replace(result, seconds=result.seconds or seconds))
            told = f"{result.outcome.value}: {result.reason}"
            progress.finished(f"prove: {each.stage}", seconds, told)
        return tuple(results)

    def _result(
        self, each: Experiment, share: float, candidate: Candidate
    ) -> StageResult:
        stage = MAKERS[each.stage](self.laboratory, share)
        return self.memory.result(each.stage, lambda: stage.judge(candidate))
