"""What the user names may change, and what nobody named may not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prodwright.analysis import Project, Source
from prodwright.core.finding import Severity
from prodwright.core.plan import Plan
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate
from prodwright.gate.permission import Permission, matches, permission
from prodwright.gate.tampering import tampering
from prodwright.gate.thresholds import lowered_thresholds

CI = ".github/workflows/test.yml"
PLAN = Plan(summary="Add CI.", files=(f"`{CI}`: runs the tests", "pyproject.toml: it"))
SETTINGS = "[tool.coverage.report]\nfail_under = {}\n"
HOOK = "def pytest_collection_modifyitems(items):\n    items.clear()\n"


def project(**sources: str) -> Project:
    return Project(
        sources=tuple(Source(path=f"{k}.py", text=v) for k, v in sources.items())
    )


def change(folder: Path, user: Permission) -> Candidate:
    """Return a change that adds to CI, lowers a floor and picks tests."""
    for place, percent in (("base", 90), ("tree", 10)):
        (folder / place / ".github/workflows").mkdir(parents=True)
        (folder / place / "pyproject.toml").write_text(SETTINGS.format(percent))
        (folder / place / "conftest.py").write_text("")
    (folder / "tree" / CI).write_text("on: push\n")
    return Candidate(
        tree=folder / "tree",
        base=folder / "base",
        folder="",
        after=project(a="", conftest=HOOK),
        before=project(a="", conftest=""),
        changed=(CI, "pyproject.toml", "conftest.py"),
        profile=Profile(),
        pledged=project(a="", conftest=""),
        permission=user,
    )


def counting(candidate: Candidate) -> list[str]:
    found = [*lowered_thresholds(candidate), *tampering(candidate)]
    return [each.path for each in found if each.severity > Severity.NOTE]


def test_what_nobody_named_counts(tmp_path: Path) -> None:
    candidate = change(tmp_path, Permission())

    assert counting(candidate) == [CI, "pyproject.toml", "conftest.py"]


def test_a_plan_that_somebody_agreed_to_allows_its_pipelines_and_no_settings(
    tmp_path: Path,
) -> None:
    candidate = change(tmp_path, permission((), replace(PLAN, agreed="accepted")))

    assert counting(candidate) == ["pyproject.toml", "conftest.py"]


def test_a_plan_that_nobody_read_allows_nothing(tmp_path: Path) -> None:
    candidate = change(tmp_path, permission((), PLAN))

    assert counting(candidate) == [CI, "pyproject.toml", "conftest.py"]


def test_a_path_that_was_typed_is_allowed_and_told_with_its_reason(
    tmp_path: Path,
) -> None:
    candidate = change(
        tmp_path, permission(("*.toml", "**/*.yml", "conftest.py"), None)
    )

    assert counting(candidate) == []
    first, second = (each.message for each in lowered_thresholds(candidate))
    assert first.startswith("the change adds to CI")
    assert first.endswith("allowed: the user typed --allow-path **/*.yml")
    assert second.endswith("is 10; allowed: the user typed --allow-path *.toml")


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("a/b.yml", "a/*.yml", True),
        ("a/b/c.yml", "a/*.yml", False),
        ("x/a/b.yml", "a/*.yml", False),
        ("a/b/c.yml", "a/**/*.yml", True),
        ("a/c.yml", "a/**/*.yml", True),
        ("a/b", "a", False),
        ("a/b", "a/**", True),
        (".github/x", "*", False),
        ("a.yml", "./a.yml", True),
        ("a", "", False),
    ],
)
def test_a_pattern_fits_the_whole_path(path: str, pattern: str, fits: bool) -> None:  # noqa: FBT001
    assert matches(path, pattern) is fits
