"""The stages that inject faults, in the sandbox, each with its planted defects."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.proving_ground import candidate, toolbox
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult
from prodwright.gate.stages.faults import CrashStage, FaultsStage

TEARING = {
    "shop/__init__.py": "",
    "shop/notes.py": (
        "def save(path, text):\n"
        "    with open(path, 'w') as file:\n"
        "        file.write(text)\n"
    ),
    "tests/test_notes.py": (
        "from shop.notes import save\n\n\n"
        "def test_a_note_is_saved(tmp_path):\n"
        "    (tmp_path / 'note').write_text('old')\n"
        "    save(tmp_path / 'note', 'new')\n"
        "    assert (tmp_path / 'note').read_text() == 'new'\n"
    ),
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StageResult]:
    """Both stages once, over the same project: they cost seconds."""
    place = tmp_path_factory.mktemp("faults")
    tearing = candidate(place, TEARING)
    given = {"toolbox": toolbox(place), "scope": (), "budget_seconds": 60.0}
    faults, crash = FaultsStage(**given), CrashStage(**given)  # type: ignore[arg-type]
    return {"faults": faults.judge(tearing), "crash": crash.judge(tearing)}


@pytest.mark.slow
def test_a_torn_file_is_found_with_its_place_and_a_replay(
    judged: dict[str, StageResult],
) -> None:
    result = judged["faults"]
    torn = [each for each in result.findings if each.hazard == "torn-state"]

    assert result.outcome is Outcome.FAILED, result.details
    assert [(each.path, each.severity) for each in torn] == [
        ("shop/notes.py", Severity.HIGH)
    ]
    assert (
        "--prodwright-fault 'file.write@shop/notes.py:save#1=enospc'" in torn[0].replay
    )


@pytest.mark.slow
def test_what_was_planted_is_caught(judged: dict[str, StageResult]) -> None:
    for result in judged.values():
        assert result.control.holds, result


@pytest.mark.slow
def test_a_crash_that_tears_a_file_is_found(judged: dict[str, StageResult]) -> None:
    result = judged["crash"]

    assert [(each.hazard, each.line) for each in result.findings] == [("torn-state", 2)]
    assert "neither as before nor as after the crash" in result.findings[0].message


def test_a_project_without_tests_is_not_judged(tmp_path: Path) -> None:
    given = candidate(tmp_path, {"shop/notes.py": TEARING["shop/notes.py"]})
    stage = FaultsStage(toolbox=toolbox(tmp_path), scope=(), budget_seconds=1.0)

    assert stage.judge(given).outcome is Outcome.NOT_APPLICABLE


def test_code_out_of_scope_is_left_alone(tmp_path: Path) -> None:
    given = candidate(tmp_path, TEARING)
    stage = FaultsStage(toolbox=toolbox(tmp_path), scope=("other",), budget_seconds=1.0)

    assert stage.judge(given).reason == "no code in scope"
