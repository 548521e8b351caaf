"""What a run left behind, read back and distrusted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from prodwright.api.opening import Surroundings
from prodwright.api.recalling import recall
from prodwright.core.errors import RunUnfit, UnknownName
from prodwright.runs import RunFolder, RunRecord
from tests_support import Quiet, Repository

VERDICT = {"practice": "a", "module": "b", "verdict": "violated", "reason": "c"}
REPORT = {
    "stop_reason": "findings",
    "exit_code": 1,
    "verdicts": [VERDICT],
    "findings": [],
}


def around(root: Path) -> Surroundings:
    return Surroundings(folder=root, variables=os.environ, progress=Quiet())


def run_with(root: Path, name: str, report: str | None) -> None:
    """Leave a run behind, with or without a report."""
    folder = RunFolder(root, name)
    folder.create(
        RunRecord(id=name, door="harden", created_at="2026-01-02", request="all")
    )
    if report is not None:
        (folder.path / "report.json").write_text(report)


def test_the_newest_run_with_a_report_is_meant_when_none_is_named(
    repository: Repository,
) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    run_with(root, "one", json.dumps({**REPORT, "run": "one"}))
    run_with(root, "two", json.dumps({**REPORT, "run": "two"}))
    run_with(root, "zzz", None)

    recalled = recall("", around(root))

    assert recalled.record.id == "two"
    assert recalled.document == {**REPORT, "run": "two"}
    assert recalled.damaged == ()


def test_a_run_without_a_report_can_be_gone_on_with(repository: Repository) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    run_with(root, "one", None)

    with pytest.raises(RunUnfit, match="no report yet"):
        recall("one", around(root))
    with pytest.raises(UnknownName):
        recall("", around(root))
    with pytest.raises(UnknownName):
        recall("other", around(root))


@pytest.mark.parametrize(
    "report",
    [
        *("{", "[]", "{}", "3", "[" * 9_999),
        *(
            json.dumps({**REPORT, **odd})
            for odd in (
                {"verdicts": 3},
                {"verdicts": [7]},
                {"verdicts": [{**VERDICT, "verdict": "perfect"}]},
                {"verdicts": [{**VERDICT, "module": None}]},
                {"findings": [{"severity": "low"}]},
                {"stop_reason": "perfect"},
                {"exit_code": 0},
            )
        ),
    ],
)
def test_a_damaged_report_is_refused(repository: Repository, report: str) -> None:
    root = repository({"a.py": "x = 1\n"}).root
    run_with(root, "one", report)

    with pytest.raises(RunUnfit, match="damaged report"):
        recall("one", around(root))
