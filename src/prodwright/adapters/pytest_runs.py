"""Runs a project's tests in the sandbox and reads what pytest reports."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from prodwright.adapters.environments import Environment
from prodwright.adapters.files import is_inside
from prodwright.adapters.sandbox import Completed, Errand, Sandbox

_REPORT = ".prodwright-tests.xml"
_MOST_REPORT_BYTES = 50_000_000
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class PytestRun:
    """What one run of pytest reported.

    Attributes:
        cases: Outcome of each test, by its name.
        completed: How the process ended.
        control_caught: Whether the planted failing test was reported as failed.
    """

    cases: Mapping[str, str]
    completed: Completed
    control_caught: bool

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the tests that failed, in alphabetical order."""
        return tuple(
            sorted(n for n, outcome in self.cases.items() if outcome == FAILED)
        )

    @property
    def conclusive(self) -> bool:
        """Whether pytest ran to its end and reported at least one test."""
        return bool(self.cases) and not self.completed.broken_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Pytest:
    """Runs tests of one project.

    Attributes:
        sandbox: Where they run.
        environment: What they run with.
        timeout_seconds: Wall-clock limit of one run.
    """

    sandbox: Sandbox
    environment: Environment
    timeout_seconds: float

    def run(self, folder: Path, paths: Sequence[str] = ()) -> PytestRun:
        """Run the tests in `folder`, a copy that may be spoilt, with a planted one.

        Args:
            folder: Top of the project's copy.
            paths: Test files or folders relative to it; empty: as configured.
        """
        control = _plant(folder, paths)
        command = [str(self.environment.python), "-m", "pytest", "-q", "-ra"]
        command += ["-p", "no:prodwright"]  # our own plugin has no part in it
        command += ["-p", "no:cacheprovider", "--maxfail=0", f"--junitxml={_REPORT}"]
        command += ["--continue-on-collection-errors"]
        command += [*paths, control] if paths else []
        errand = Errand(
            command=tuple(command),
            folder=folder,
            readable=self.environment.folders,
            environment=self._variables(folder),
            timeout_seconds=self.timeout_seconds,
        )
        completed = self.sandbox.run(errand)
        cases = _cases(folder / _REPORT)
        planted = {name for name in cases if Path(control).stem in name}
        caught = any(cases[name] == FAILED for name in planted)
        kept = {name: outcome for name, outcome in cases.items() if name not in planted}
        return PytestRun(cases=kept, completed=completed, control_caught=caught)

    def _variables(self, folder: Path) -> dict[str, str]:
        own = [folder / "src", folder] if (folder / "src").is_dir() else [folder]
        roots = [*own, *self.environment.further]
        return {
            "PYTHONPATH": ":".join(str(root) for root in roots),
            "PYTHONHASHSEED": "0",
            "CI": "true",
        }

    def has_pytest(self) -> bool:
        """Tell whether the environment has pytest."""
        pattern = "lib/python*/site-packages/pytest/__init__.py"
        return any(any(each.glob(pattern)) for each in self.environment.folders)


def _plant(folder: Path, paths: Sequence[str]) -> str:
    """Write a test that must fail, beside the others; its name cannot be guessed."""
    first = folder / paths[0] if paths else _tests_folder(folder)
    place = first if first.is_dir() else first.parent
    if not is_inside(place, folder):
        place = folder  # the code under test must not lead us out of the copy
    name = f"test_{secrets.token_hex(8)}"
    lines = [f"def {name}() -> None:"]
    file = place / f"{name}.py"
    file.write_text("\n".join([*lines, "    assert 1 == 2", ""]), encoding="utf-8")
    return file.relative_to(folder).as_posix()


def _tests_folder(folder: Path) -> Path:
    tests = folder / "tests"
    return tests if tests.is_dir() else folder


def _cases(report: Path) -> dict[str, str]:
    if report.is_symlink() or not report.is_file():
        return {}  # the tests wrote it, and a link may lead to anything
    if report.stat().st_size > _MOST_REPORT_BYTES:
        return {}
    text = report.read_text("utf-8", errors="replace")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return {}  # pytest writes none: the code under test tampers with the report
    try:
        tree = ElementTree.fromstring(text)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError:
        return {}
    return {_name(case): _outcome(case) for case in tree.iter("testcase")}


def _name(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '')}::{case.get('name', '')}"


def _outcome(case: ElementTree.Element) -> str:
    kinds = {child.tag for child in case}
    if kinds & {"failure", "error"}:
        return FAILED
    return SKIPPED if "skipped" in kinds else PASSED
