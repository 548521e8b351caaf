"""What a project takes from others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from prodwright.adapters.advisories import Advisory
from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import find_sandbox
from prodwright.analysis import Project
from prodwright.core.judgement import Outcome, StageResult
from prodwright.core.profile import Profile
from prodwright.gate.candidate import Candidate, Toolbox
from prodwright.gate.stages.supply import SupplyStage
from prodwright.gate.supply.licences import is_copyleft

FLAW = Advisory(
    id="PYSEC-1",
    package="web",
    summary="it tells all",
    versions=frozenset({"1.0"}),
    ranges=(),
)
MIT = "License-Expression: MIT"
GPL = "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"


def judged(
    place: Path,
    files: Mapping[str, str],
    packages: Mapping[str, str],
    advisories: tuple[Advisory, ...] | None = (FLAW,),
) -> StageResult:
    """Return what is said of a project with these files and installed packages.

    Args:
        place: Where it is laid.
        files: Text by name.
        packages: Further lines of the metadata by name and version.
        advisories: Known flaws.
    """
    (place / "tree").mkdir()
    for name, text in files.items():
        (place / "tree" / name).write_text(text)
    for package, lines in packages.items():
        name, _, version = package.partition(" ")
        folder = place / "env/lib/python3.11/site-packages" / f"{name}.dist-info"
        folder.mkdir(parents=True)
        told = f"Name: {name}\nVersion: {version}\n{lines}\n\nText"
        (folder / "METADATA").write_text(told)
    environment = Environment(
        python=place / "env/bin/python", folders=(place / "env",), key=""
    )
    toolbox = Toolbox(
        copy=lambda tree, name: tree / name,
        sandbox=lambda: find_sandbox(allow_unsandboxed=False),
        environment=lambda: environment if packages else None,
        timeout_seconds=1.0,
    )
    nothing = Project(sources=())
    return SupplyStage(toolbox=toolbox, advisories=advisories).judge(
        Candidate(
            tree=place / "tree",
            base=place / "tree",
            folder="",
            after=nothing,
            before=nothing,
            changed=(),
            profile=Profile(),
        )
    )


def hazards(result: StageResult) -> list[tuple[str, str, int]]:
    return [(each.hazard, each.path, each.line) for each in result.findings]


def test_a_known_flaw_is_told_where_the_package_is_asked_for(tmp_path: Path) -> None:
    files = {"requirements.txt": "# first\nweb==1.0\n"}

    found = judged(tmp_path, files, {"web 1.0": MIT})

    assert hazards(found) == [("vulnerable-dependency", "requirements.txt", 2)]
    assert "PYSEC-1: it tells all" in found.findings[0].message
    assert found.outcome is Outcome.FAILED


def test_what_a_package_needs_is_looked_at_too(tmp_path: Path) -> None:
    files = {"requirements.txt": "app==2.0\n"}
    packages = {"app 2.0": f"{MIT}\nRequires-Dist: web>=1", "web 1.0": MIT}

    found = judged(tmp_path, files, packages)

    assert hazards(found) == [("vulnerable-dependency", "requirements.txt", 1)]


def test_what_nobody_asked_for_is_left_alone(tmp_path: Path) -> None:
    files = {"requirements.txt": "app==2.0\n"}

    found = judged(tmp_path, files, {"app 2.0": MIT, "web 1.0": GPL})

    assert hazards(found) == []
    assert found.outcome is Outcome.PASSED


def test_a_copyleft_package_in_another_program_is_told(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[project]\nlicense = "MIT"\ndependencies = ["web"]\n'}

    found = judged(tmp_path, files, {"web 2.0": GPL})

    assert hazards(found) == [("incompatible-licence", "pyproject.toml", 1)]
    assert "the project is under MIT" in found.findings[0].message


def test_a_copyleft_program_may_hold_a_copyleft_package(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[project]\nlicense = "GPL-3.0-or-later"\n'
        'dependencies = ["web"]\n'
    }

    assert judged(tmp_path, files, {"web 2.0": GPL}).findings == ()


def test_versions_left_open_are_told_of_a_program(tmp_path: Path) -> None:
    files = {"requirements.txt": "web>=1\n-r more.txt\napp==2 # exact\n"}

    found = judged(tmp_path, files, {"web 2.0": MIT, "app 2": MIT})

    assert hazards(found) == [("unpinned-dependency", "requirements.txt", 1)]


@pytest.mark.parametrize(
    "more", [{"uv.lock": ""}, {"pyproject.toml": "[build-system]\nrequires = []\n"}]
)
def test_a_lock_or_a_library_leaves_them_open_rightly(
    tmp_path: Path, more: Mapping[str, str]
) -> None:
    files = {"requirements.txt": "web>=1\n", **more}

    assert judged(tmp_path, files, {"web 2.0": MIT}).findings == ()


def test_without_advisories_flaws_are_not_judged(tmp_path: Path) -> None:
    files = {"requirements.txt": "web==1.0\n"}

    found = judged(tmp_path, files, {"web 1.0": MIT}, None)

    assert found.outcome is Outcome.UNJUDGED
    assert "PRODWRIGHT_ADVISORIES" in found.details["not judged"]


def test_without_an_environment_nothing_installed_is_judged(tmp_path: Path) -> None:
    found = judged(tmp_path, {"requirements.txt": "web==1.0\n"}, {})

    assert found.outcome is Outcome.UNJUDGED
    assert "--python" in found.details["not judged"]


def test_planted_defects_are_seen_each_time(tmp_path: Path) -> None:
    found = judged(tmp_path, {"requirements.txt": "web==2\n"}, {"web 2": MIT})

    assert (found.control.planted, found.control.caught) == (3, 3)


@pytest.mark.parametrize(
    ("licence", "copyleft"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("LGPL-3.0-only", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3", False),
        ("MIT OR GPL-2.0-only", False),
        (
            "License :: OSI Approved :: BSD License; License :: OSI Approved :: GPL",
            False,
        ),
        ("Apache-2.0", False),
        ("", False),
    ],
)
def test_licences_that_oblige_everything_around_them(
    licence: str, *, copyleft: bool
) -> None:
    assert is_copyleft(licence) is copyleft
