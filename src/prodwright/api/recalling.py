"""What a run left behind: how it stands, its result, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prodwright.api.opening import Surroundings, runs_root
from prodwright.api.reported import read_report
from prodwright.core.errors import RunUnfit, UnknownName
from prodwright.evidence import EvidenceStore
from prodwright.runs import RunFolder, RunRecord, find_run, list_runs

_REPORT = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """One run's result.

    Attributes:
        record: What it was started with.
        document: Its result, as published.
        damaged: Records of its evidence that are not what they were.
    """

    record: RunRecord
    document: dict[str, Any]
    damaged: tuple[str, ...]


def recall(run_id: str, around: Surroundings) -> Recalled:
    """Return what a run delivered; the newest that has a report without an id.

    Raises:
        UnknownName: There is no such run.
        RunUnfit: It has no report yet, or a damaged one.
    """
    root = runs_root(around.folder)
    folder = find_run(root, run_id) if run_id else _newest(list_runs(root))
    report = folder.path / _REPORT
    if not report.exists():
        raise RunUnfit(
            f"run {folder.id} has no report yet",
            hint=f"`prodwright runs resume {folder.id}` goes on with it",
        )
    return Recalled(
        record=folder.record(),
        document=read_report(report, folder.id),
        damaged=EvidenceStore(folder.evidence).damage(),
    )


def _newest(runs: tuple[RunFolder, ...]) -> RunFolder:
    reported = [each for each in runs if (each.path / _REPORT).exists()]
    if not reported:
        raise UnknownName("run", "with a report", known=tuple(e.id for e in runs))
    return reported[-1]
