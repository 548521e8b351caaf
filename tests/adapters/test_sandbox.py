"""Foreign code runs in the best isolation there is, or not at all."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from prodwright.adapters.guarded import Guarded
from prodwright.adapters.sandbox import (
    Bubblewrap,
    Completed,
    Errand,
    Sandbox,
    Unconfined,
    find_sandbox,
)
from prodwright.core.errors import SandboxUnavailable


@dataclass(frozen=True)
class Scripted:
    """A sandbox that says what it was told to."""

    said: str
    code: int = 0
    isolation: str = "scripted"

    def run(self, errand: Errand) -> Completed:
        return Completed(code=self.code, output=self.said, timed_out=False)


def python(folder: Path, code: str) -> Errand:
    return Errand(
        command=(sys.executable, "-I", "-c", code),
        folder=folder,
        timeout_seconds=30.0,
    )


def chosen(*boxes: Sandbox) -> Sandbox:
    return find_sandbox(allow_unsandboxed=False, installed=lambda: boxes)


def test_the_strongest_that_works_is_taken() -> None:
    broken, first, second = Scripted("no", 1), Scripted("alive\n"), Scripted("alive\n")

    assert chosen(broken, first, second) is first


@pytest.mark.parametrize("box", [Scripted("alive", 1), Scripted("dead"), Scripted("")])
def test_one_that_runs_nothing_does_not_count(box: Scripted) -> None:
    with pytest.raises(SandboxUnavailable, match="scripted does not work"):
        chosen(box)


def test_without_any_nothing_runs() -> None:
    with pytest.raises(SandboxUnavailable, match="neither bubblewrap nor sandlock"):
        chosen()


@pytest.mark.slow
@pytest.mark.parametrize("program", ["/bin/false", "/nowhere/bwrap"])
def test_a_bubblewrap_that_does_not_start_is_told(tmp_path: Path, program: str) -> None:
    with pytest.raises(SandboxUnavailable, match="did not start the command"):
        Bubblewrap(Path(program)).run(python(tmp_path, ""))
    with pytest.raises(SandboxUnavailable, match="bubblewrap does not work"):
        chosen(Bubblewrap(Path(program)))


@pytest.mark.slow
def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    errand = Errand(command=("nowhere",), folder=tmp_path, timeout_seconds=30.0)

    done = find_sandbox(allow_unsandboxed=False).run(errand)

    assert done.code == 1
    assert "nowhere" in done.output


@pytest.mark.slow
def test_the_named_folders_can_be_written_to(tmp_path: Path) -> None:
    folder, more = tmp_path / "folder", tmp_path / "more"
    folder.mkdir()
    more.mkdir()
    errand = python(folder, f"open('a', 'w'); open('{more}/b', 'w')")

    box = find_sandbox(allow_unsandboxed=False)
    box.run(replace(errand, writable=(more,)))

    assert (folder / "a").exists()
    assert (more / "b").exists()


@pytest.mark.slow
def test_the_evidence_says_what_confines(tmp_path: Path) -> None:
    told = find_sandbox(allow_unsandboxed=False).isolation

    assert told.startswith(("bubblewrap: own user, process, network", "sandlock:"))
    assert "memory" in told


@pytest.mark.slow
def test_nothing_is_left_of_a_run_that_is_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "statvfs", interrupt)
    code = "import time; time.sleep(1); open('late', 'w')"
    with pytest.raises(KeyboardInterrupt):
        find_sandbox(allow_unsandboxed=False).run(python(tmp_path, code))

    monkeypatch.undo()
    time.sleep(1.5)
    assert not (tmp_path / "late").exists()


def test_without_isolation_the_evidence_says_so(tmp_path: Path) -> None:
    box = find_sandbox(allow_unsandboxed=True)

    assert isinstance(box, Unconfined)
    assert box.isolation.startswith("none")
    assert "ran" in box.run(python(tmp_path, "print('ran')")).output


LATE = """
import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        open("late", "a").write("x")
"""


@pytest.mark.slow
def test_nothing_inside_is_alive_once_the_errand_has_ended(tmp_path: Path) -> None:
    box = find_sandbox(allow_unsandboxed=False)
    late = tmp_path / "late"
    for _ in range(5):
        box.run(python(tmp_path, LATE))
        size = late.stat().st_size if late.exists() else 0
        time.sleep(0.1)
        assert (late.stat().st_size if late.exists() else 0) == size


@pytest.mark.slow
def test_a_guarded_sandbox_hides_secrets_and_keeps_what_is_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("KEY=do-not-show\n")
    (tmp_path / ".prodwright").mkdir()
    (tmp_path / ".prodwright" / "profile.toml").write_text("a = 1\n")
    box = Guarded(find_sandbox(allow_unsandboxed=False))
    tries = (
        "print(open('.env').read())",
        "open('.prodwright/profile.toml', 'w')",
        "import os; os.rename('.prodwright', 'other')",
        "import os; os.unlink('.env')",
    )

    told = [box.run(python(tmp_path, each)) for each in tries]

    assert "do-not-show" not in "".join(each.output for each in told)
    assert [each.code for each in told] == [1, 1, 1, 1]
    assert (tmp_path / ".env").read_text() == "KEY=do-not-show\n"
    assert (tmp_path / ".prodwright" / "profile.toml").read_text() == "a = 1\n"
