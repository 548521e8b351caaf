"""Packages lie beside an environment, and hide nothing of it."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from fakes.registry import wheel
from prodwright.adapters.environments import (
    Environment,
    EnvironmentCache,
    environment_of,
    python_version,
)
from prodwright.adapters.mypy_runs import Mypy
from prodwright.adapters.overlays import Overlays, with_overlay
from prodwright.adapters.pytest_runs import Pytest
from prodwright.adapters.registry import Wheel
from prodwright.adapters.sandbox import find_sandbox
from prodwright.core.errors import EnvironmentFailed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("pip")
    return EnvironmentCache(folder=folder, variables=os.environ).pip()


@pytest.fixture
def overlays(pip: Environment, tmp_path: Path) -> Overlays:
    sandbox = find_sandbox(allow_unsandboxed=False)
    return Overlays(folder=tmp_path / "overlays", pip=pip, sandbox=sandbox)


@pytest.fixture(scope="module")
def own() -> Environment:
    return environment_of(Path(sys.executable))


def on_disk(folder: Path, name: str, files: dict[str, str]) -> Wheel:
    named, content = wheel(name, files=files)
    folder.mkdir(exist_ok=True)
    (folder / named).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Wheel(name=name, version="1.0", sha256=digest, file=folder / named)


def test_what_is_unpacked_is_tested_and_type_checked_with(
    overlays: Overlays, own: Environment, tmp_path: Path
) -> None:
    files = {"alpha/__init__.py": "ANSWER: int = 42\nbad: int = ''\n"}
    given = on_disk(tmp_path / "w", "alpha", {**files, "alpha/py.typed": ""})
    name = overlays.made_of([given], own)
    project = tmp_path / "project"
    project.mkdir()
    (project / "test_it.py").write_text(
        "import alpha\n\n\ndef test_it():\n    assert alpha.ANSWER == 42\n"
    )
    (project / "wrong.py").write_text("import alpha\nx: str = alpha.ANSWER\n")
    beside = with_overlay(own, overlays.folder, name)

    run = Pytest(sandbox=overlays.sandbox, environment=beside, timeout_seconds=60).run(
        project
    )
    types = Mypy(sandbox=overlays.sandbox, environment=beside, timeout_seconds=60).run(
        project, ["wrong.py"]
    )

    assert list(run.cases.values()) == ["passed"]
    assert [(each.path, each.line) for each in types.complaints] == [("wrong.py", 2)]
    assert beside.packages()["alpha"] == "1.0"
    assert beside.key != own.key


def test_the_same_wheels_are_unpacked_once(
    overlays: Overlays, own: Environment, tmp_path: Path
) -> None:
    given = on_disk(tmp_path / "w", "alpha", {"alpha.py": ""})
    name = overlays.made_of([given], own)
    given.file.unlink()

    assert overlays.made_of([given], own) == name


@pytest.mark.parametrize(
    "path",
    [
        *("json.py", "sitecustomize.py", "pytest/__init__.py", "_pytest/x.py"),
        *("conftest.py", "click/__init__.py", "packaging.py", "mypy/x.py"),
    ],
)
def test_a_package_that_hides_what_is_there_is_refused(
    overlays: Overlays, own: Environment, tmp_path: Path, path: str
) -> None:
    given = on_disk(tmp_path / "w", "alpha", {"alpha.py": "", path: "evil = 1\n"})

    with pytest.raises(EnvironmentFailed, match="which is there already"):
        overlays.made_of([given], own)


def test_a_wheel_that_leads_outside_is_not_unpacked(
    overlays: Overlays, own: Environment, tmp_path: Path
) -> None:
    given = on_disk(tmp_path / "w", "alpha", {"../../../escaped.py": ""})

    with pytest.raises(EnvironmentFailed, match="cannot be unpacked"):
        overlays.made_of([given], own)

    assert not list(tmp_path.rglob("escaped.py"))


def test_what_is_not_kept_any_more_is_told(own: Environment, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailed, match="not kept here any more"):
        with_overlay(own, tmp_path, "0" * 24)


def test_the_version_of_a_python_is_known_without_running_it(
    own: Environment, pip: Environment
) -> None:
    ours = f"3.{sys.version_info.minor}"

    assert python_version(own) == ours
    assert python_version(pip) == ours
