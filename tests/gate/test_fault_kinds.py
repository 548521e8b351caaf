"""What sightings mean for hazards and practices, and what green runs prove."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import prodwright.probes.faults
from prodwright.adapters.fault_runs import ExploredTest, FaultSighting
from prodwright.core.judgement import Control, Outcome
from prodwright.gate.dynamic.ground import Plot
from prodwright.gate.dynamic.kinds import hazard_of, practices_tried
from prodwright.gate.dynamic.planted import FAULTS, missed
from prodwright.gate.stages import faults as stage
from prodwright.practices import find_hazard, load_practices

PLANTED = Plot(tests="tests/test_x.py", code="tests/planted_x.py", name="x")


def sighting(kind: str, level: str = "strong", path: str = "a.py") -> FaultSighting:
    return FaultSighting(
        test="t", kind=kind, level=level, path=path, line=1, says="told", fault="f"
    )


def kinds_in_use() -> set[str]:
    """Every kind that an oracle can tell of, as the sources name it."""
    text = "\n".join(
        each.read_text()
        for each in Path(prodwright.probes.faults.__file__).parent.rglob("*.py")
    )
    told = r'(?:yield|return|saw\(|\[\()\s*"([a-z]+(?:-[a-z0-9]+)+)",'
    return set(re.findall(told, text))


@pytest.mark.parametrize("kind", sorted(kinds_in_use()))
def test_each_kind_is_of_a_hazard_that_exists(kind: str) -> None:
    hazard, practice = hazard_of(kind, "a log")

    assert practice in {each.name for each in load_practices()}
    assert find_hazard(hazard).name == hazard


def test_kinds_are_found_in_the_sources_at_all() -> None:
    assert {"no-timeout", "temp-left", "unsafe-retry"} <= kinds_in_use()


@pytest.mark.parametrize(
    ("kind", "says", "hazard"),
    [
        ("leak", "1 × open transaction is left over", "missing-rollback"),
        ("leak", "1 × asyncio task work is left over", "forgotten-task"),
        ("leak", "2 × socket is left over", "unclosed-resource"),
        ("secret-leak", "ab*** stands in a log", "secret-in-log"),
        ("secret-leak", "ab*** stands in an error's message", "secret-in-exception"),
        ("never-heard-of", "", "fault-not-survived"),
    ],
)
def test_a_kind_with_several_meanings_is_told_apart(
    kind: str, says: str, hazard: str
) -> None:
    assert hazard_of(kind, says)[0] == hazard


def test_a_crash_tries_nothing_but_transactions() -> None:
    assert practices_tried("os.replace@a.py:save#1=crash") == ("transactions",)
    assert "recovery" in practices_tried("http@a.py:get#1=stall*")


def test_only_what_was_red_without_its_defence_is_proven() -> None:
    green = (("http@a.py:get#1=stall", "a.py"), ("http@b.py:get#1=stall", "b.py"))
    test = ExploredTest(
        test="t",
        state="explored",
        green=green,
        defences=(("no-timeout", "a.py", "get: no timeout in line 3"),),
    )

    assert stage._proven([test], "") == {"recovery a.py"}
    assert "recovery b.py" in stage._green([test], "")


def test_what_is_broken_somewhere_is_not_proven() -> None:
    test = ExploredTest(
        test="t",
        state="explored",
        green=(("http@a.py:get#1=stall", "a.py"),),
        sightings=(sighting("retry-storm"),),
        defences=(("no-timeout", "a.py", "get: no timeout in line 3"),),
    )

    assert stage._proven([test], "") == set()


def planted_tests(*missing: str) -> list[ExploredTest]:
    return [
        ExploredTest(
            test=f"tests/test_x.py::test_x_{name}",
            state="explored",
            sightings=() if name in missing else (sighting(min(kinds)),),
        )
        for name, kinds in FAULTS.items()
    ]


def test_a_planted_defect_that_nobody_saw_is_named() -> None:
    assert missed(PLANTED, planted_tests(), FAULTS) == ()
    assert missed(PLANTED, planted_tests("waits"), FAULTS) == ("waits",)


def test_blaming_the_sound_one_counts_against_the_stage() -> None:
    blamed = ExploredTest(
        test="tests/test_x.py::test_x_is_sound",
        state="explored",
        sightings=(sighting("leak"),),
    )

    assert missed(PLANTED, [*planted_tests(), blamed], FAULTS) == ("is_sound",)


HELD, MISSED = Control(planted=1, caught=1), Control(planted=1, caught=0)


@pytest.mark.parametrize(
    ("control", "failure", "points", "outcome"),
    [
        (HELD, "", 3, Outcome.PASSED),
        (HELD, "", 0, Outcome.NOT_APPLICABLE),
        (MISSED, "", 3, Outcome.UNJUDGED),
        (HELD, "it broke", 3, Outcome.UNJUDGED),
    ],
)
def test_a_pass_needs_its_control_and_a_point(
    control: Control, failure: str, points: int, outcome: Outcome
) -> None:
    tests = [ExploredTest(test="t", state="explored", points=points, left=("p",))]

    assert stage._outcome((), tests, control, failure) is outcome
    assert stage._reason(tests, control, failure)
