"""A control group is made where it may be, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from prodwright.adapters.sandbox import Bubblewrap, Errand, bubblewrap_program
from prodwright.adapters.sandbox.control_group import (
    ControlGroup,
    make_group,
    parent_group,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a tree as the kernel shows it: only `user` hands its limits down."""
    for name, told in {"": "", "user": "cpu memory pids", "user/app": ""}.items():
        folder = tmp_path / "cgroup" / name
        folder.mkdir()
        (folder / "cgroup.subtree_control").write_text(f"{told}\n")
        (folder / "cgroup.procs").write_text("")
    return tmp_path / "cgroup"


def own(root: Path, group: str) -> Path:
    file = root.parent / "own"
    file.write_text(f"4:memory:/old\n0::{group}\n")
    return file


def test_the_nearest_group_that_hands_limits_down_is_taken(root: Path) -> None:
    assert parent_group(root, own(root, "/user/app")) == root / "user"


def test_without_such_a_group_there_is_none(root: Path) -> None:
    assert parent_group(root, own(root, "/")) is None


def test_a_group_outside_what_we_see_is_not_looked_for(root: Path) -> None:
    assert parent_group(root, own(root, "/../../user")) is None


def test_a_machine_without_the_second_version_has_none(root: Path) -> None:
    file = root.parent / "own"
    file.write_text("4:memory:/old\n")

    assert parent_group(root, file) is None
    assert parent_group(root, root.parent / "gone") is None


def test_a_new_group_has_the_limits_of_the_errand(root: Path) -> None:
    errand = Errand(
        command=("true",),
        folder=root,
        timeout_seconds=1.0,
        memory_bytes=1000,
        scratch_bytes=10,
        processes=7,
    )

    group = make_group(root / "user", errand)

    assert group is not None
    told = {each.name: each.read_text() for each in group.folder.iterdir()}
    assert told["memory.max"] == "1020"
    assert told["pids.max"] == "7"


def test_a_group_that_is_refused_is_none(root: Path) -> None:
    errand = Errand(command=("true",), folder=root, timeout_seconds=1.0)

    assert make_group(root / "gone", errand) is None


@pytest.mark.parametrize(("count", "expected"), [("0", False), ("2", True)])
def test_want_of_memory_is_told(root: Path, count: str, *, expected: bool) -> None:
    (root / "memory.events").write_text(f"low 0\noom 3\noom_kill {count}\n")

    assert ControlGroup(root).ran_out_of_memory is expected
    assert not ControlGroup(root / "gone").ran_out_of_memory


@pytest.mark.slow
def test_the_command_joins_the_group_before_it_begins(
    root: Path, tmp_path: Path
) -> None:
    """On a tree of files, that is: a machine of one's own shows that they hold."""
    program = bubblewrap_program()
    if program is None:
        pytest.skip("bubblewrap is not installed")
    box = Bubblewrap(program, group_parent=lambda: root / "user")
    errand = Errand(command=("true",), folder=tmp_path, timeout_seconds=10.0)

    assert box.run(errand).code == 0
    assert "limited by a control group" in box.isolation
    (group,) = (root / "user").glob("prodwright-*")
    assert (group / "cgroup.procs").read_text().isdigit()
    assert (group / "cgroup.kill").read_text() == "1"
