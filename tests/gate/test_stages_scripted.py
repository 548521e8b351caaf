"""Stages whose tools are missing, break down or lie: a scripted sandbox plays them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import Completed, Errand
from prodwright.analysis import Project, Source
from prodwright.core.judgement import Outcome
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.stages.integrity import IntegrityStage
from prodwright.gate.stages.tests import SuiteStage
from prodwright.gate.stages.types import TypesStage
from tests_support import play_parts

FILES = {
    "pyproject.toml": "[tool.mypy]\nstrict = true\n",
    "shop.py": "def fee() -> int:\n    return 1\n",
    "tests/test_shop.py": "def test_fee() -> None:\n    assert fee() == 1\n",
}
Act = Callable[[Errand], Completed]


def ended(output: str = "", code: int = 0) -> Completed:
    return Completed(code=code, output=output, timed_out=False)


@dataclass
class ScriptedSandbox:
    """Does as the script says with each errand, and remembers them."""

    act: Act
    errands: list[Errand] = field(default_factory=list)
    isolation: str = "scripted"

    def run(self, errand: Errand) -> Completed:
        self.errands.append(errand)
        return self.act(errand)


def environment(folder: Path, *packages: str) -> Environment:
    for package in packages:
        place = folder / "lib" / "python3" / "site-packages" / package
        place.mkdir(parents=True)
        (place / "__init__.py").touch()
    return Environment(python=Path(sys.executable), folders=(folder,), key="key")


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    for folder in ("tree", "base"):
        for path, text in FILES.items():
            file = tmp_path / folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    python = [path for path in FILES if path.endswith(".py")]
    sources = tuple(Source(path=path, text=FILES[path]) for path in python)
    return Candidate(
        tree=tmp_path / "tree",
        base=tmp_path / "base",
        folder="",
        after=Project(sources=sources),
        before=Project(sources=()),
        changed=tuple(FILES),
        profile=Profile(),
    )


@pytest.fixture
def toolbox(tmp_path: Path) -> Callable[..., Toolbox]:
    def make(act: Act, *packages: str) -> Toolbox:
        def copy(tree: Path, name: str) -> Path:
            return Path(shutil.copytree(tree, tmp_path / "scratch" / name))

        return Toolbox(
            copy=copy,
            sandbox=lambda: ScriptedSandbox(act),
            environment=lambda: environment(tmp_path / "venv", *packages),
            timeout_seconds=5.0,
        )

    return make


Make = Callable[..., Toolbox]


def complaint(path: str, message: str) -> str:
    entry = {"file": path, "line": 1, "column": 0, "severity": "error"}
    return json.dumps({**entry, "message": message, "code": "misc"})


def complaining(*messages: str) -> Act:
    """Play mypy: report what was planted, then these messages of shop.py."""

    def act(errand: Errand) -> Completed:
        lines = [complaint(each.name, "planted") for each in errand.folder.glob("pl*")]
        lines += [complaint("shop.py", each) for each in messages]
        note = json.dumps({"file": "shop.py", "severity": "note"})
        return ended("\n".join(["not json", "[]", note, *lines]), code=1)

    return act


def test_missing_tools_leave_a_stage_unjudged(
    toolbox: Make, candidate: Candidate
) -> None:
    bare = toolbox(lambda errand: ended())

    types, suite = TypesStage(toolbox=bare), SuiteStage(toolbox=bare)

    assert types.judge(candidate).outcome is Outcome.UNJUDGED
    assert types.judge(candidate).reason.startswith("mypy is not installed")
    assert suite.judge(candidate).outcome is Outcome.UNJUDGED
    assert suite.judge(candidate).reason.startswith("pytest is not installed")


def test_a_missing_environment_leaves_a_stage_unjudged(
    toolbox: Make, candidate: Candidate
) -> None:
    none = replace(toolbox(lambda errand: ended()), environment=lambda: None)

    types = TypesStage(toolbox=none).judge(candidate)
    integrity = IntegrityStage(toolbox=none, hazards=()).judge(candidate)

    assert types.outcome is integrity.outcome is Outcome.UNJUDGED
    assert types.reason == "no environment for the project was found"
    assert integrity.details["output"] == "no environment was found"


def test_a_type_checker_that_breaks_down_judges_nothing(
    toolbox: Make, candidate: Candidate
) -> None:
    broken = toolbox(lambda errand: ended("Traceback", code=2), "mypy")

    result = TypesStage(toolbox=broken).judge(candidate)

    assert result.outcome is Outcome.UNJUDGED
    assert result.reason == "the type checker did not run to its end"
    assert result.details == {"output": "Traceback"}


def test_a_type_checker_that_misses_the_planted_error_judges_nothing(
    toolbox: Make, candidate: Candidate
) -> None:
    blind = toolbox(lambda errand: ended(), "mypy")

    result = TypesStage(toolbox=blind).judge(candidate)

    assert result.outcome is Outcome.UNJUDGED
    assert not result.control.holds


def test_type_errors_are_found_among_other_lines(
    toolbox: Make, candidate: Candidate
) -> None:
    result = TypesStage(toolbox=toolbox(complaining("wrong"), "mypy")).judge(candidate)

    assert result.outcome is Outcome.FAILED
    assert [each.message for each in result.findings] == ["wrong [misc]"]


def test_in_a_new_module_every_type_error_is_new(
    toolbox: Make, candidate: Candidate
) -> None:
    (candidate.base / "shop.py").unlink()
    older = Project(sources=(Source(path="old.py", text=""),))
    moved = replace(candidate, before=older)

    result = TypesStage(toolbox=toolbox(complaining("wrong"), "mypy")).judge(moved)

    assert result.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "report",
    ["", "<testsuite", "<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite/>", "<testsuite/>"],
)
def test_a_report_that_tells_of_no_test_judges_nothing(
    toolbox: Make, candidate: Candidate, report: str
) -> None:
    def act(errand: Errand) -> Completed:
        if report:
            (errand.folder / ".prodwright-tests.xml").write_text(report)
        return ended("no tests ran", code=5)

    result = SuiteStage(toolbox=toolbox(act, "pytest")).judge(candidate)

    assert result.outcome is Outcome.UNJUDGED
    assert result.reason == "pytest reported no test (exit code 5)"


def telling(fee: str, planted: str) -> Act:
    """Play the plugin: these verdicts, in one of the reports."""

    def act(errand: Errand) -> Completed:
        (control,) = errand.folder.glob(f"tests/test_{'[0-9a-f]' * 16}.py")
        told = {
            f"tests/{control.name}::{control.stem}": planted,
            "tests/test_shop.py::test_fee[1]": fee,
            "tests/test_shop.py::test_of_another_change": "green",
        }
        lines = [
            json.dumps({"test": test, "verdict": verdict, "module": "shop.py"})
            for test, verdict in told.items()
        ]
        text = "\n".join(["cut off", "[]", '{"test": "x"}', *lines])
        play_parts(errand.folder, text)
        return ended()

    return act


@pytest.mark.parametrize(
    ("fee", "planted", "outcome", "reason"),
    [
        ("red", "green", Outcome.PASSED, "1 red, 1 green"),
        ("green", "green", Outcome.FAILED, "2 green"),
        ("red", "red", Outcome.UNJUDGED, "vacuous test was not told apart"),
    ],
)
def test_new_tests_count_by_what_mutants_show(
    toolbox: Make,
    candidate: Candidate,
    fee: str,
    planted: str,
    outcome: str,
    reason: str,
) -> None:
    stage = IntegrityStage(toolbox=toolbox(telling(fee, planted)), hazards=())

    result = stage.judge(candidate)

    assert result.outcome is outcome
    assert reason in result.reason
    places = [(each.path, each.line) for each in result.findings]
    assert places == ([("tests/test_shop.py", 1)] if fee == "green" else [])


def test_a_module_is_shown_by_its_red_test(toolbox: Make, candidate: Candidate) -> None:
    stage = IntegrityStage(toolbox=toolbox(telling("red", "green")), hazards=())

    shown = stage.judge(candidate).details["modules shown by red tests"]

    assert shown == "shop.py"


def test_tests_that_could_not_be_tried_are_named(
    toolbox: Make, candidate: Candidate
) -> None:
    stage = IntegrityStage(toolbox=toolbox(telling("unjudged", "green")), hazards=())

    details = stage.judge(candidate).details

    assert details["unjudged"] == "tests/test_shop.py::test_fee[1]: "


def test_without_any_verdict_the_output_is_kept(
    toolbox: Make, candidate: Candidate
) -> None:
    stage = IntegrityStage(
        toolbox=toolbox(lambda errand: ended("ImportError")), hazards=()
    )

    result = stage.judge(candidate)

    assert result.outcome is Outcome.UNJUDGED
    assert result.reason.endswith("could not be tried on mutants")
    assert result.details["output"].endswith("\nImportError")
