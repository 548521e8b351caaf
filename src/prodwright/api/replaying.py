"""`runs replay`: the gate once more over what a run delivered."""

from __future__ import annotations

from dataclasses import dataclass

from prodwright.api.bench import Bench
from prodwright.api.gating import judge_again
from prodwright.api.opening import Surroundings, reopen, runs_root
from prodwright.api.workshops import workshop_for
from prodwright.core.brief import Brief, Change
from prodwright.core.errors import RunUnfit
from prodwright.core.judgement import Judgement, StageResult
from prodwright.core.stop import StopReason
from prodwright.runs import FileJournal, find_run


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What the gate said this time.

    Attributes:
        stages: In the order they ran.
    """

    stages: tuple[StageResult, ...]

    @property
    def stop_reason(self) -> StopReason:
        """How it ended."""
        judgement = Judgement(stages=self.stages)
        if judgement.passed:
            return StopReason.CLEAN
        lost = not judgement.inconclusive
        return StopReason.GATE_LOST if lost else StopReason.INCONCLUSIVE


def replay(run_id: str, around: Surroundings, stage: str = "") -> Replayed:
    """Judge what a run wrote again, from its commits; its records stay as they are.

    Args:
        run_id: Of the run.
        around: Surroundings.
        stage: Name of one stage; empty: all of them.

    Raises:
        UnknownName: There is no such run or stage.
        RunUnfit: It has written nothing yet, was taken back, or is under way.
    """
    bench = reopen(find_run(runs_root(around.folder), run_id), around)
    with bench.folder.locked():
        brief, change = _written(bench)
        try:
            hazards = workshop_for(bench, None).hazards
            results = judge_again(bench, brief, change, hazards, stage)
        finally:
            bench.workbench.clear()
    return Replayed(stages=results)


def _written(bench: Bench) -> tuple[Brief, Change]:
    journal = FileJournal(bench.folder.journal, bench.progress)
    if bench.folder.is_undone or not journal.has("deliver"):
        state = "was taken back" if bench.folder.is_undone else "is unfinished"
        raise RunUnfit(
            f"run {bench.folder.id} {state}", hint="name a run that was delivered"
        )
    brief = journal.recorded("intake", Brief)
    return brief, journal.latest("engineer-", Change)
