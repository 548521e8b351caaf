"""The flow and its journal: durable passages from request to delivery."""

from prodwright.runs.flow import Workshop, run
from prodwright.runs.journal import FileJournal, Journal, Progress
from prodwright.runs.records import RunFolder, RunRecord, find_run, list_runs

__all__ = [
    "FileJournal",
    "Journal",
    "Progress",
    "RunFolder",
    "RunRecord",
    "Workshop",
    "find_run",
    "list_runs",
    "run",
]
