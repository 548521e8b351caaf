"""The blueprint engineer writes steps, and mends what the gate found."""

from __future__ import annotations

from prodwright.blueprints import RenderedStep
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Control, Judgement, Outcome, StageResult
from prodwright.engineer.blueprints import BlueprintEngineer
from prodwright.practices import find_hazard

CODE = "def a(f):\n    try:\n        f()\n    except:\n        return None\n"


def engineer(folder: str = "") -> BlueprintEngineer:
    steps = (
        RenderedStep(title="First", files={"a.py": CODE}),
        RenderedStep(title="Second", files={"b.py": "x = 1\n"}),
    )
    return BlueprintEngineer(
        rendered=steps,
        folder=folder,
        extra={"profile.toml": b"p"},
        hazards=(find_hazard("bare-except"),),
    )


def lost(path: str) -> Judgement:
    finding = Finding(
        path=path,
        line=4,
        column=5,
        end_line=5,
        hazard="bare-except",
        practice="specific-handlers",
        severity=Severity.HIGH,
        message="",
    )
    stage = StageResult(
        stage="static",
        outcome=Outcome.FAILED,
        reason="",
        control=Control(planted=1, caught=1),
        findings=(finding,),
    )
    return Judgement(stages=(stage,))


def test_steps_keep_their_order_and_the_profile_comes_with_the_first() -> None:
    steps = engineer().write([]).steps

    assert [step.title for step in steps] == ["First", "Second"]
    assert steps[0].files == {"a.py": CODE.encode(), "profile.toml": b"p"}


def test_a_folder_holds_the_code_but_not_the_profile() -> None:
    steps = engineer("service").write([]).steps

    assert set(steps[0].files) == {"service/a.py", "profile.toml"}


def test_what_the_gate_found_is_mended_in_a_step_of_its_own() -> None:
    steps = engineer().write([lost("a.py")]).steps

    assert steps[-1].title == "Mend what the gate found"
    assert b"except Exception:" in steps[-1].files["a.py"]


def test_what_no_rewrite_mends_adds_no_step() -> None:
    assert len(engineer().write([lost("b.py")]).steps) == 2
