"""Wheels are fetched with the user's settings; nothing is built or started."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.registry import PASSWORD, Index, serving, source_archive, wheel
from prodwright.adapters.environments import Environment, EnvironmentCache
from prodwright.adapters.registry import Registry, without_addresses
from prodwright.core.errors import EnvironmentFailed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pip(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("pip")
    return EnvironmentCache(folder=folder, variables=os.environ).pip()


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as served:
        yield served


@pytest.fixture
def registry(
    pip: Environment, index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Registry:
    home = str(tmp_path_factory.mktemp("home"))
    variables = {"PATH": os.environ["PATH"], "HOME": home, **index.variables}
    return Registry(pip=pip.python, variables=variables)


def test_a_wheel_and_what_it_needs_are_fetched_and_hashed(
    registry: Registry, index: Index, tmp_path: Path
) -> None:
    index.add(wheel("alpha", needs=["beta>=1"]), wheel("beta", "1.5"))

    found = registry.fetch(["alpha"], {}, "", tmp_path)

    assert [(each.name, each.version) for each in found] == [
        ("alpha", "1.0"),
        ("beta", "1.5"),
    ]
    for each in found:
        content = index.archives[each.file.name]
        assert each.sha256 == hashlib.sha256(content).hexdigest()


def test_what_is_pinned_stays(registry: Registry, index: Index, tmp_path: Path) -> None:
    index.add(wheel("alpha", needs=["beta"]), wheel("beta", "1.5"), wheel("beta", "2"))

    found = registry.fetch(["alpha"], {"beta": "1.5"}, "", tmp_path)

    assert found[1].version == "1.5"


def test_wheels_are_chosen_for_another_python(
    registry: Registry, index: Index, tmp_path: Path
) -> None:
    older = wheel("alpha", "1.0")
    newer = wheel("alpha", "2.0")
    index.add(older, (newer[0].replace("py3-none", "py313-none"), newer[1]))

    found = registry.fetch(["alpha"], {}, "3.13", tmp_path)

    assert found[0].version == "2.0"


@pytest.mark.parametrize(
    ("requirements", "pins", "told"),
    [
        (["gone"], {}, "No matching distribution found for gone"),
        (["alpha>=2"], {}, "No matching distribution"),
        (["alpha"], {"beta": "9"}, "conflict|No matching"),
    ],
)
def test_a_failure_says_why_and_no_password(
    registry: Registry,
    index: Index,
    tmp_path: Path,
    requirements: list[str],
    pins: dict[str, str],
    told: str,
) -> None:
    index.add(wheel("alpha", needs=["beta"]), wheel("beta"))

    with pytest.raises(EnvironmentFailed, match=told) as caught:
        registry.fetch(requirements, pins, "", tmp_path)

    assert PASSWORD not in str(caught.value)


def test_a_registry_that_is_gone_is_told_without_its_address(
    pip: Environment, tmp_path: Path
) -> None:
    address = f"http://somebody:{PASSWORD}@127.0.0.1:9/token-in-the-path/simple"
    variables = {"PIP_INDEX_URL": address, "PIP_CONFIG_FILE": "/dev/null"}
    lone = Registry(pip=pip.python, variables={**variables, "PIP_RETRIES": "0"})

    with pytest.raises(EnvironmentFailed) as caught:
        lone.fetch(["alpha"], {}, "", tmp_path)

    assert PASSWORD not in str(caught.value)
    assert "token-in-the-path" not in str(caught.value)


def test_addresses_are_cut_down_to_their_host() -> None:
    text = "from https://u:p@h.org:1/a/b?c, (git+ssh://u@h/x)"

    assert without_addresses(text) == "from https://h.org:1 (git+ssh://h"


def evil(index: Index, marker: Path) -> list[str]:
    """A wheel that needs an archive by its address, which runs a program if built."""
    program = f"import pathlib\npathlib.Path({str(marker)!r}).write_text('ran')\n"
    address = f"http://{index.place}/open/innocent-1.0.tar.gz"
    index.add(source_archive("innocent", program))
    index.add(wheel("alpha", needs=[f"innocent @ {address}"]))
    return ["alpha"]


def test_nothing_that_a_wheel_needs_is_built(
    registry: Registry, index: Index, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    (tmp_path / "scratch").mkdir()

    with pytest.raises(EnvironmentFailed, match="nothing is built"):
        registry.fetch(evil(index, marker), {}, "", tmp_path / "scratch")

    assert any("innocent-1.0.tar.gz" in each for each in index.asked)
    assert not marker.exists()


def test_the_control_pip_alone_builds_it_all_the_same(
    pip: Environment, index: Index, tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    command = [str(pip.python), "-I", "-m", "pip", "download", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--dest", str(tmp_path / "wheels")]

    subprocess.run(
        [*command, *evil(index, marker)],
        env={"PATH": os.environ["PATH"], **index.variables},
        check=False,
        capture_output=True,
    )

    assert marker.read_text() == "ran"
