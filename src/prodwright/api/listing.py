"""The runs of a repository, and how each stands."""

from __future__ import annotations

from dataclasses import dataclass

from prodwright.adapters.branches import Branch
from prodwright.api.bench import Bench
from prodwright.api.opening import Surroundings, reopen, runs_root
from prodwright.core.brief import Delivery
from prodwright.core.errors import InputError
from prodwright.runs import FileJournal, RunFolder, RunRecord, find_run, list_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One line about one run."""

    record: RunRecord
    state: str
    branch: str


def runs(around: Surroundings) -> tuple[RunSummary, ...]:
    """Return a summary of each run in the repository, oldest first.

    Raises:
        RepositoryUnfit: The folder is in no repository.
    """
    return tuple(
        _summary(folder, around) for folder in list_runs(runs_root(around.folder))
    )


def run_folder(run_id: str, around: Surroundings) -> RunFolder:
    """Return the folder of a run.

    Raises:
        UnknownName: There is no such run.
    """
    return find_run(runs_root(around.folder), run_id)


def _summary(folder: RunFolder, around: Surroundings) -> RunSummary:
    try:
        bench = reopen(folder, around)
        state = "undone" if folder.is_undone else _state(bench)
    except InputError as error:
        damaged = RunRecord(id=folder.id, door="", created_at="", request=str(error))
        return RunSummary(record=damaged, state="damaged", branch="")
    branch = bench.record.delivery_branch
    exists = bool(Branch(bench.git, branch).commit)
    return RunSummary(record=bench.record, state=state, branch=branch if exists else "")


def _state(bench: Bench) -> str:
    journal = FileJournal(bench.folder.journal, bench.progress)
    if not journal.has("deliver"):
        return "unfinished"
    return journal.recorded("deliver", Delivery).stop_reason
