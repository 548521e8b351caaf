"""Small changes that tests must notice, in the sandbox, beside planted ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.proving_ground import candidate, toolbox
from prodwright.adapters.mutant_runs import Told
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult, Standing
from prodwright.gate.dynamic.ground import Plot
from prodwright.gate.dynamic.planted_mutants import missed
from prodwright.gate.stages.mutants import MutantsStage

OLD = "def old(n):\n    return n + 7 if n > 3 else n\n"
BEFORE = {"fees.py": OLD, "held.py": "def held(n):\n    return n\n"}
AFTER = {
    "fees.py": f"{OLD}\n\ndef fee(n):\n    if n > 100:\n        return n - 1\n"
    "    return n + 2\n\n\ndef forgotten(n):\n    return n\n",
    "held.py": "def held(n):\n    return n * 3\n",
    "tests/test_fees.py": "from fees import fee\nfrom held import held\n\n\n"
    "def test_fee():\n    assert fee(1) == 3\n\n\n"
    "def test_held():\n    assert held(2) == 6\n\n\n"
    "def test_broken():\n    assert held(2) == 7\n",
}


def stage(place: Path) -> MutantsStage:
    return MutantsStage(toolbox=toolbox(place), scope=(), budget_seconds=90.0)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> StageResult:
    """Return what the stage says of a change."""
    place = tmp_path_factory.mktemp("mutants")
    return stage(place).judge(candidate(place, AFTER, BEFORE))


@pytest.mark.slow
def test_what_no_test_notices_is_told_where_it_is(result: StageResult) -> None:
    unnoticed = {
        (each.line, each.message.partition(",")[0])
        for each in result.findings
        if each.hazard == "surviving-mutant"
    }

    assert (6, "> becomes >=") in unnoticed
    assert (7, "None is returned") in unnoticed
    assert not [line for line, _ in unnoticed if line == 8], "a test holds that one"
    assert {each.severity for each in result.findings} == {Severity.MEDIUM}


@pytest.mark.slow
def test_lines_that_nobody_changed_are_left_alone(result: StageResult) -> None:
    assert not [each for each in result.findings if each.line <= 2]


@pytest.mark.slow
def test_a_new_function_without_a_test_is_named(result: StageResult) -> None:
    (finding,) = (e for e in result.findings if e.hazard == "untested-code")

    assert (finding.line, finding.message) == (11, "no test executes forgotten")


@pytest.mark.slow
def test_a_module_whose_mutants_are_all_noticed_is_proven(result: StageResult) -> None:
    (exhibit,) = result.exhibits

    assert (exhibit.module, exhibit.standing) == ("held.py", Standing.PROVEN)


@pytest.mark.slow
def test_what_was_planted_is_judged_rightly(result: StageResult) -> None:
    assert result.outcome is Outcome.FAILED
    assert result.control.holds
    assert "test_broken it does not pass" in result.details["not judged"]


@pytest.mark.slow
def test_tests_that_cannot_be_loaded_are_no_silence(tmp_path: Path) -> None:
    tests = "import nowhere\n\n\ndef test_fee():\n    assert nowhere\n"
    after = {"fees.py": "FEE = 3\n", "tests/test_fees.py": tests}

    found = stage(tmp_path).judge(candidate(tmp_path, after))

    assert found.control.holds
    assert found.outcome is Outcome.UNJUDGED
    assert "tests/test_fees.py it cannot be loaded" in found.details["not judged"]


def test_a_change_without_code_has_no_mutants(tmp_path: Path) -> None:
    found = stage(tmp_path).judge(candidate(tmp_path, AFTER, AFTER))

    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "no line of code" in found.reason


def test_a_planted_promise_that_nobody_misses_is_missed() -> None:
    plot = Plot(tests="test_p.py", code="p.py", name="p")
    told = [Told(kind="noticed", path="p.py", function="promised")]

    assert missed(plot, told) == ("promised", "held", "forgotten")


@pytest.mark.slow
def test_a_test_that_forges_the_report_proves_nothing(tmp_path: Path) -> None:
    forging = (
        "import os\nfrom pathlib import Path\nfrom held import held\n\n\n"
        "def test_it():\n    assert held(2) == 6\n\n\n"
        "def test_forged():\n"
        '    told = \'{"kind": "noticed", "path": "fees.py"}\\n\'\n'
        "    for each in Path.cwd().glob('.prodwright-*'):\n"
        "        assert not list(each.glob('settings-*'))\n"
        "        for part in (0, 1):\n"
        "            with open(each / f'report-{part}.jsonl', 'a') as report:\n"
        "                report.write(told)\n"
        "    assert not [each for each in os.environ if 'SETTINGS' in each]\n"
    )
    after = {"fees.py": "FEE = 3\n", "held.py": AFTER["held.py"]}
    after["tests/test_held.py"] = forging

    found = stage(tmp_path).judge(candidate(tmp_path, after, BEFORE))

    assert found.exhibits == ()
    assert found.outcome is Outcome.UNJUDGED
    assert found.reason == "the run broke off"


@pytest.mark.slow
def test_where_the_time_runs_out_for_tests_nothing_is_said_of_what_they_may_hold(
    tmp_path: Path,
) -> None:
    slow = "import time\nfrom held import held\n\n\n" + "".join(
        f"def test_{n}():\n    time.sleep(0.5)\n    assert held(2) == 6\n\n\n"
        for n in range(20)
    )
    files = {**AFTER, "tests/test_a_slow_one.py": slow}
    short = MutantsStage(toolbox=toolbox(tmp_path), scope=(), budget_seconds=8.0)

    result = short.judge(candidate(tmp_path, files, BEFORE))

    assert result.control.holds
    assert result.findings == ()
    assert "fees.py fee" in result.details["not tried"]
    assert "the time ran out" in result.details["not judged"]
