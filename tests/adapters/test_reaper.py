"""What is killed at any moment leaves nothing in the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prodwright.adapters.sandbox.bubblewrap import Bubblewrap, bubblewrap_program
from prodwright.adapters.sandbox.errand import Errand
from prodwright.adapters.sandbox.reaper import reaper

pytestmark = pytest.mark.slow
PROGRAM = bubblewrap_program()
needs_bubblewrap = pytest.mark.skipif(PROGRAM is None, reason="no bubblewrap here")
ENDLESS = """
import sys
from pathlib import Path
from prodwright.adapters.sandbox.bubblewrap import Bubblewrap
from prodwright.adapters.sandbox.errand import Errand

box = Bubblewrap(Path(sys.argv[1]))
print("ready", flush=True)
box.run(Errand(
    command=("sleep", sys.argv[2]), folder=Path(sys.argv[3]), timeout_seconds=600
))
"""
SERVED = """
from prodwright.adapters.sandbox.reaper import reaper

print(reaper().mark, flush=True)
input()
"""
MARKED = 'import os, sys; os.execv("/bin/sleep", [sys.argv[1], "600"])'
LONGEST_SECONDS = 10.0


def running(word: str) -> list[int]:
    """Return the processes with `word` among those of their command."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            found.append(int(entry.name))
    return found


def is_left(word: str) -> bool:
    """Tell whether such a process is there for longer than it takes to end it."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while running(word):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.05)
    return False


def _until_it_bears(process: subprocess.Popen[bytes], word: str) -> None:
    """Wait until a process has become the one that is called `word`."""
    deadline = time.monotonic() + LONGEST_SECONDS
    own = Path(f"/proc/{process.pid}/cmdline")
    while not own.read_bytes().startswith(word.encode() + b"\0"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@needs_bubblewrap
def test_a_kill_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    names = [f"600.{os.getpid()}{number}" for number in range(16)]
    for number, name in enumerate(names):
        words = [sys.executable, "-c", ENDLESS, str(PROGRAM), name, str(tmp_path)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(number / 400)  # from 0 to 40 ms: before, while and after it starts
        process.kill()
        process.communicate()

    assert not any(map(is_left, names))


@needs_bubblewrap
def test_a_command_does_not_hold_what_the_reaper_waits_for(tmp_path: Path) -> None:
    assert PROGRAM is not None
    errand = Errand(
        command=("ls", "/proc/self/fd"), folder=tmp_path, timeout_seconds=20
    )

    done = Bubblewrap(PROGRAM).run(errand)

    assert done.output.split() == ["0", "1", "2", "3"]  # the last is the folder's


def test_only_what_bears_the_mark_is_ended() -> None:
    serving = subprocess.Popen(
        [sys.executable, "-c", SERVED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert serving.stdout is not None
    mark = serving.stdout.readline().decode().strip()
    marked = subprocess.Popen([sys.executable, "-c", MARKED, mark])
    similar = subprocess.Popen([sys.executable, "-c", MARKED, f"{mark}0"])

    _until_it_bears(marked, mark)
    _until_it_bears(similar, f"{mark}0")
    was_there = marked.poll() is None
    serving.kill()
    serving.communicate()
    code = marked.wait(LONGEST_SECONDS)
    spared = similar.poll() is None
    similar.kill()
    similar.wait()

    assert was_there
    assert (code, spared) == (-9, True)


def test_a_reaper_ends_with_whom_it_serves() -> None:
    code = (
        "from prodwright.adapters.sandbox.reaper import reaper\n"
        "print(reaper().process.pid)"
    )
    told = subprocess.check_output([sys.executable, "-c", code], text=True)

    place = Path("/proc", told.strip(), "cmdline")
    deadline = time.monotonic() + LONGEST_SECONDS
    while place.exists() and place.read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_reaper_that_was_ended_is_replaced() -> None:
    first = reaper()
    first.process.kill()
    first.process.wait()

    assert reaper().process.poll() is None
    assert reaper().mark != first.mark
