"""Reads a run's report back, and takes nothing else for one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from prodwright.adapters.files import storage_errors
from prodwright.core.errors import RunUnfit
from prodwright.core.finding import Severity
from prodwright.core.judgement import Standing
from prodwright.core.stop import StopReason

_VERDICT = ("practice", "module", "verdict", "reason")
_FINDING = ("hazard", "practice", "severity", "path", "message")


def read_report(file: Path, run_id: str) -> dict[str, Any]:
    """Return the document in `file`.

    Args:
        file: The run's `report.json`.
        run_id: Of the run, for messages.

    Raises:
        RunUnfit: It is damaged: not what a run writes.
        PathRefused: It may not be read.
    """
    with storage_errors(file):
        text = file.read_text("utf-8", errors="replace")
    try:
        document = dict(json.loads(text))
        _check(document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RunUnfit(
            f"run {run_id} has a damaged report: {error}",
            hint=f"`prodwright runs replay {run_id}` judges it again",
        ) from error
    return document


def _check(document: Mapping[str, Any]) -> None:
    reason = StopReason.named(document["stop_reason"])
    if document["exit_code"] != reason.exit_code:
        raise ValueError(f"exit_code = {document['exit_code']!r}")
    for verdict in _tables(document, "verdicts", _VERDICT):
        Standing(verdict["verdict"])
    for finding in _tables(document, "findings", _FINDING):
        Severity[finding["severity"].upper()]


def _tables(
    document: Mapping[str, Any], key: str, texts: Iterable[str]
) -> Iterable[Mapping[str, Any]]:
    entries = document[key]
    if not isinstance(entries, list):
        raise TypeError(f"its {key} are no list")
    for entry in entries:
        for text in texts:
            if not isinstance(entry[text], str):
                raise TypeError(f"{key}: {text} = {entry[text]!r}")
    return entries
