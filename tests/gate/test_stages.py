"""The stages that run foreign code, on small projects, each with its control."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from prodwright.adapters.environments import environment_of
from prodwright.adapters.sandbox import find_sandbox
from prodwright.analysis import Project, Source
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.stages.integrity import IntegrityStage
from prodwright.gate.stages.static import StaticStage
from prodwright.gate.stages.tests import SuiteStage
from prodwright.gate.stages.types import TypesStage
from prodwright.practices import find_hazard

Files = Mapping[str, str]
CONFIGURED = {"pyproject.toml": "[tool.mypy]\nstrict = true\n"}
GOOD = {
    "shop.py": "def fee(cents: int) -> int:\n    return max(30, cents * 3 // 100)\n",
    "tests/test_shop.py": (
        "from shop import fee\n\n\n"
        "def test_a_fee_is_three_percent():\n    assert fee(10_000) == 300\n"
    ),
}


@pytest.fixture
def toolbox(tmp_path: Path) -> Toolbox:
    def copy(tree: Path, name: str) -> Path:
        return Path(shutil.copytree(tree, tmp_path / "scratch" / name))

    return Toolbox(
        copy=copy,
        sandbox=lambda: find_sandbox(allow_unsandboxed=False),
        environment=lambda: environment_of(Path(sys.executable)),
        timeout_seconds=120.0,
    )


@pytest.fixture
def candidate(tmp_path: Path) -> Callable[[Files, Files], Candidate]:
    def make(before: Files, after: Files) -> Candidate:
        return Candidate(
            tree=written(tmp_path / "tree", after),
            base=written(tmp_path / "base", before),
            folder="",
            after=project(after),
            before=project(before),
            changed=tuple(p for p in after if after[p] != before.get(p)),
            profile=Profile(),
        )

    return make


def written(folder: Path, files: Files) -> Path:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    folder.mkdir(exist_ok=True)
    return folder


def project(files: Files) -> Project:
    python = {path: text for path, text in files.items() if path.endswith(".py")}
    return Project(sources=tuple(Source(path=p, text=t) for p, t in python.items()))


Make = Callable[[Files, Files], Candidate]


@pytest.mark.slow
class TestTests:
    def test_tests_that_pass_pass(self, toolbox: Toolbox, candidate: Make) -> None:
        result = SuiteStage(toolbox=toolbox).judge(candidate({}, GOOD))

        assert result.outcome is Outcome.PASSED
        assert result.control.holds
        assert result.isolation.startswith("bubblewrap")

    def test_a_failing_test_is_named(self, toolbox: Toolbox, candidate: Make) -> None:
        broken = {**GOOD, "shop.py": "def fee(cents):\n    return 0\n"}

        result = SuiteStage(toolbox=toolbox).judge(candidate(GOOD, broken))

        assert result.outcome is Outcome.FAILED
        assert [each.path for each in result.findings] == ["tests/test_shop.py"]
        assert "test_a_fee_is_three_percent" in result.findings[0].message

    def test_what_failed_before_is_not_held_against_the_change(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        broken = {**GOOD, "shop.py": "def fee(cents):\n    return 0\n"}
        also = {**broken, "more.py": "x = 1\n"}

        result = SuiteStage(toolbox=toolbox).judge(candidate(broken, also))

        assert result.outcome is Outcome.PASSED

    def test_a_run_that_hides_failures_counts_for_nothing(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        hook = (
            "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\n"
            "def pytest_runtest_makereport():\n"
            "    result = yield\n    result.get_result().outcome = 'passed'\n"
        )

        result = SuiteStage(toolbox=toolbox).judge(
            candidate({}, {**GOOD, "conftest.py": hook})
        )

        assert result.outcome is Outcome.UNJUDGED
        assert not result.control.holds

    def test_tests_that_do_not_end_are_ended(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        endless = "import time\n\n\ndef test_endless():\n    time.sleep(600)\n"
        impatient = replace(toolbox, timeout_seconds=4.0)

        result = SuiteStage(toolbox=impatient).judge(
            candidate({}, {"tests/test_a.py": endless})
        )

        assert result.outcome is Outcome.UNJUDGED
        assert "time limit" in result.reason

    def test_a_project_without_tests_is_not_applicable(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        result = SuiteStage(toolbox=toolbox).judge(candidate({}, {"a.py": "x = 1\n"}))

        assert result.outcome is Outcome.NOT_APPLICABLE

    def test_what_other_projects_tests_use_is_no_test(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        kit = {"shop/testing/fakes.py": "def test_client():\n    return 1\n"}

        result = SuiteStage(toolbox=toolbox).judge(candidate({}, kit))

        assert result.outcome is Outcome.NOT_APPLICABLE

    def test_without_an_environment_nothing_is_judged(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        bare = replace(toolbox, environment=lambda: None)

        result = SuiteStage(toolbox=bare).judge(candidate({}, GOOD))

        assert result.outcome is Outcome.UNJUDGED
        assert "--python" in result.reason


@pytest.mark.slow
class TestTypes:
    def test_a_new_type_error_is_found(self, toolbox: Toolbox, candidate: Make) -> None:
        before = {**CONFIGURED, "shop.py": "fee: int = 'old'\n"}
        after = {**before, "more.py": "tax: int = 'new'\n"}

        result = TypesStage(toolbox=toolbox).judge(candidate(before, after))

        assert result.outcome is Outcome.FAILED
        assert [each.path for each in result.findings] == ["more.py"]
        assert result.control.holds

    def test_clean_types_pass(self, toolbox: Toolbox, candidate: Make) -> None:
        files = {**CONFIGURED, "src/shop/__init__.py": GOOD["shop.py"]}

        result = TypesStage(toolbox=toolbox).judge(candidate({}, files))

        assert result.outcome is Outcome.PASSED
        assert result.control.holds

    def test_a_type_checker_that_is_told_to_see_nothing_counts_for_nothing(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        blind = "[tool.mypy]\nignore_errors = true\n"
        files = {"pyproject.toml": blind, "shop.py": "fee: int = 'old'\n"}

        result = TypesStage(toolbox=toolbox).judge(candidate({}, files))

        assert result.outcome is Outcome.UNJUDGED

    def test_a_project_without_a_type_checker_is_not_applicable(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        result = TypesStage(toolbox=toolbox).judge(candidate({}, GOOD))

        assert result.outcome is Outcome.NOT_APPLICABLE


@pytest.mark.slow
class TestIntegrity:
    def stage(self, toolbox: Toolbox) -> IntegrityStage:
        return IntegrityStage(toolbox=toolbox, hazards=(find_hazard("test-weakened"),))

    def test_a_test_that_can_fail_is_red_on_a_mutant(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        result = self.stage(toolbox).judge(candidate({}, GOOD))

        assert result.outcome is Outcome.PASSED
        assert "1 red" in result.reason
        assert result.details["modules shown by red tests"] == "shop.py"
        assert result.control.holds

    def test_a_test_that_uses_nothing_is_vacuous(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        vacuous = {"tests/test_more.py": "def test_nothing():\n    assert 1 + 1 == 2\n"}

        result = self.stage(toolbox).judge(candidate(GOOD, {**GOOD, **vacuous}))

        assert result.outcome is Outcome.FAILED
        assert [each.severity for each in result.findings] == [Severity.MEDIUM]
        assert "test_nothing uses none" in result.findings[0].message

    def test_a_trial_that_broke_off_is_not_one_that_passed(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        killing = "import os\n\n\ndef test_kill():\n    os.kill(os.getppid(), 9)\n"

        result = self.stage(toolbox).judge(
            candidate({}, {**GOOD, "tests/test_z.py": killing})
        )

        assert result.outcome is Outcome.UNJUDGED
        assert "the trial broke off" in result.details["output"]
        assert "test_kill: no verdict was reported" in result.details["unjudged"]

    def test_a_test_that_asserts_nothing_counts_as_nothing(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        idle = {
            "tests/test_more.py": (
                "from shop import fee\n\n\ndef test_runs():\n    fee(1)\n"
            )
        }

        result = self.stage(toolbox).judge(candidate(GOOD, {**GOOD, **idle}))

        assert [each.severity for each in result.findings] == [Severity.NOTE]
        assert "counts as nothing" in result.findings[0].message
        assert result.outcome is Outcome.FAILED, "no new test was red at all"

    def test_a_module_constant_is_a_mutant_too(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        files = {
            "limits.py": "MOST = 10\n",
            "tests/test_limits.py": (
                "import limits\n\n\n"
                "def test_ten_are_most():\n    assert limits.MOST == 10\n"
            ),
        }

        result = self.stage(toolbox).judge(candidate({}, files))

        assert "1 red" in result.reason

    def test_a_weakened_test_is_found(self, toolbox: Toolbox, candidate: Make) -> None:
        text = GOOD["tests/test_shop.py"].replace("assert fee(10_000) == 300", "fee(1)")

        result = self.stage(toolbox).judge(
            candidate(GOOD, {**GOOD, "tests/test_shop.py": text})
        )

        assert result.outcome is Outcome.FAILED
        assert result.findings[0].hazard == "test-weakened"

    def test_a_lowered_threshold_and_an_edited_pipeline_are_found(
        self, toolbox: Toolbox, candidate: Make
    ) -> None:
        before = {
            **GOOD,
            "pyproject.toml": "[tool.coverage.report]\nfail_under = 90\n",
            ".github/workflows/ci.yml": "run: pytest\n",
        }
        after = {
            **before,
            "pyproject.toml": "[tool.coverage.report]\nfail_under = 50\n",
            ".github/workflows/ci.yml": "run: true\n",
        }

        result = self.stage(toolbox).judge(candidate(before, after))

        messages = sorted(each.message for each in result.findings)
        assert messages == ["fail_under was 90 and is 50", "the change edits CI"]


class TestStatic:
    BAD = "def a(x=[]):\n    x.append(1)\n"

    def stage(self) -> StaticStage:
        hazards = (find_hazard("mutable-default"),)
        return StaticStage(hazards=hazards, fail_on=Severity.LOW, replay="")

    def test_what_a_new_project_has_fails_it(self, candidate: Make) -> None:
        result = self.stage().judge(candidate({}, {"a.py": self.BAD}))

        assert result.outcome is Outcome.FAILED
        assert result.control.holds

    def test_what_was_there_before_is_shown_but_does_not_fail(
        self, candidate: Make
    ) -> None:
        result = self.stage().judge(candidate({"a.py": self.BAD}, {"a.py": self.BAD}))

        assert result.outcome is Outcome.PASSED
        assert len(result.findings) == 1

    def test_a_file_that_the_change_left_unreadable_fails_it(
        self, candidate: Make
    ) -> None:
        made = candidate({}, {"a.py": "x = (\n"})
        broken = replace(made, after=Project(sources=(), unread=(("a.py", "no end"),)))

        result = self.stage().judge(broken)

        assert result.outcome is Outcome.FAILED
        assert result.findings[0].hazard == "unreadable-source"

    def test_a_file_that_never_was_readable_is_told_apart(
        self, candidate: Make
    ) -> None:
        made = candidate({}, {"a.py": "x = 1\n"})
        old = replace(made, after=Project(sources=(), unread=(("b.py", "Python 2"),)))

        result = self.stage().judge(old)

        assert result.outcome is Outcome.PASSED
        assert result.details == {"unread": "b.py: Python 2"}

    def test_a_hazard_may_give_way_to_a_milder_one_of_the_same_practice(
        self, candidate: Make
    ) -> None:
        names = ("bare-except", "generic-except")
        both = replace(self.stage(), hazards=tuple(find_hazard(n) for n in names))
        bare = "def a(f):\n    try:\n        f()\n    except:\n        return None\n"
        generic = bare.replace("except:", "except Exception:")

        mended = both.judge(candidate({"a.py": bare}, {"a.py": generic}))
        doubled = both.judge(
            candidate({"a.py": bare}, {"a.py": generic + generic.replace("a(", "b(")})
        )

        assert mended.outcome is Outcome.PASSED
        assert doubled.outcome is Outcome.FAILED

    def test_below_the_bar_nothing_fails(self, candidate: Make) -> None:
        lenient = replace(self.stage(), fail_on=Severity.CRITICAL)

        result = lenient.judge(candidate({}, {"a.py": self.BAD}))

        assert result.outcome is Outcome.PASSED


@pytest.mark.slow
def test_tests_that_are_a_link_do_not_lead_us_out_of_the_copy(
    toolbox: Toolbox, candidate: Make, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    made = candidate({}, {"test_a.py": "def test_a():\n    assert True\n"})
    (made.tree / "tests").symlink_to(outside)

    SuiteStage(toolbox=toolbox).judge(made)

    assert list(outside.iterdir()) == []
