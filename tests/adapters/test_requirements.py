"""What may be asked of a registry, and what a project says it needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.adapters.requirements import (
    applies,
    asked_of_registry,
    declared,
    declares,
    files_in,
    is_met,
    valid_requirement,
)
from prodwright.core.errors import ConfigurationInvalid


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("httpx", "httpx"),
        ("Typing.Extensions >= 4", "typing-extensions>=4"),
        ("uvicorn[standard]>=0.30,<1", "uvicorn[standard]<1,>=0.30"),
        ("tomli; python_version < '3.11'", "tomli"),
    ],
)
def test_a_registry_is_asked_by_name_and_version(text: str, asked: str) -> None:
    assert asked_of_registry(valid_requirement(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        *("-e .", "--index-url=http://evil.example", "-r more.txt", "", ".", "/tmp/x"),
        *("./x.whl", "x @ file:///x.whl", "x @ git+https://evil.example/x.git"),
        *("https://evil.example/x.tar.gz", "git+ssh://evil.example/x", "x===../../y"),
        *("x --hash=sha256:0", "x\n-e .", "x\x1b[2J", "a/b", "x;os.system('y')"),
        "x" * 400,
    ],
)
def test_options_paths_and_addresses_are_refused(text: str) -> None:
    with pytest.raises(ConfigurationInvalid):
        valid_requirement(text)


@given(st.text(max_size=80))
def test_whatever_is_asked_for_is_one_plain_word(text: str) -> None:
    try:
        asked = asked_of_registry(valid_requirement(text))
    except ConfigurationInvalid:
        return

    assert asked.isprintable()
    assert " " not in asked
    assert asked[0].isalnum()
    assert "://" not in asked
    assert "/" not in asked


def test_a_marker_is_decided_for_the_python_that_will_run() -> None:
    requirement = valid_requirement("tomli; python_version < '3.11'")

    assert applies(requirement, "3.10")
    assert not applies(requirement, "3.12")
    assert not applies(requirement, "")


def test_what_is_there_in_a_fitting_version_is_not_missing() -> None:
    there = {"httpx": "0.28.1"}

    assert is_met(valid_requirement("HTTPX>=0.27"), there)
    assert not is_met(valid_requirement("httpx>=1"), there)
    assert not is_met(valid_requirement("anyio"), there)


FILES = {
    "pyproject.toml": """
[project]
dependencies = ["a>=1", "bad @ file:///x", 7]
optional-dependencies = {more = ["b"]}
[dependency-groups]
dev = ["c", {include-group = "other"}]
[tool.poetry.dependencies]
python = "^3.11"
d = "^1.0"
[tool.poetry.group.test.dependencies]
e = {version = "1"}
""",
    "setup.cfg": "[options]\ninstall_requires =\n  f>1\n"
    "[options.extras_require]\nx = g\n",
    "setup.py": "setup(install_requires=['h'], extras_require={'x': ['i']}, name='no')",
    "requirements-dev.lock": "# head\nj==1 \\\n  --hash=sha256:0\n-r k.txt\nl  # why\n",
}


def test_a_project_names_what_it_needs_in_many_places() -> None:
    names = {each.name for each in declared(FILES)}

    assert names == {*"abcdefghijl", "x"}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_file_names_nothing(name: str) -> None:
    assert all(each.name.isalnum() for each in declared({name: "]=[\x00("}))
    assert declared({name: "[project]\ndependencies = 1\n[tool]\npoetry = []\n"}) == ()


def test_a_link_is_not_followed_to_what_a_project_needs(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("evil-package\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").symlink_to(tmp_path / "secret")
    (project / "setup.cfg").write_text("")

    assert files_in(project) == {"setup.cfg": ""}


def test_other_files_are_not_read_for_it() -> None:
    assert declares("requirements.txt")
    assert not declares("README.md")
