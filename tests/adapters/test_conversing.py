"""A command held open in the sandbox: spoken with, bounded, and gone at the end."""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path

import pytest

from prodwright.adapters.sandbox import (
    Errand,
    Sandbox,
    Sandlock,
    Unconfined,
    find_sandbox,
    open_conversation,
)
from prodwright.core.errors import SandboxUnavailable

pytestmark = pytest.mark.slow
ECHO = "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)"
# Other runs of these tests on the same machine sleep for other times.
SECONDS = f"98765.{os.getpid()}"
LASTING = f"""
import subprocess, sys
subprocess.Popen(['sleep', '{SECONDS}'])
print(1, flush=True)
sys.stdin.read()  # with the command, all that it has begun is over
"""


@pytest.fixture(params=["isolated", "unconfined"])
def box(request: pytest.FixtureRequest) -> Sandbox:
    if request.param == "unconfined":
        return Unconfined()
    return find_sandbox(allow_unsandboxed=False)


def errand(folder: Path, code: str, seconds: float = 30.0, **more: int) -> Errand:
    return Errand(
        command=(sys.executable, "-I", "-c", code),
        folder=folder,
        timeout_seconds=seconds,
        **more,  # type: ignore[arg-type]
    )


def line(output: int, seconds: float = 20.0) -> bytes:
    """Return what arrives next; nothing once the command has ended."""
    ready, _, _ = select.select([output], [], [], seconds)
    assert ready, "nothing came"
    return os.read(output, 4096)


def comes_to_run(words: bytes) -> bool:
    """Wait for a process: while it is being loaded, it has no words yet."""
    ends = time.monotonic() + 5
    while not is_running(words):
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True


def is_running(words: bytes) -> bool:
    found = Path("/proc").glob("[0-9]*/cmdline")
    return any(words in _read(each) for each in found)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def test_it_answers_what_it_is_sent(box: Sandbox, tmp_path: Path) -> None:
    with open_conversation(box, errand(tmp_path, ECHO)) as held:
        os.write(held.input, b"abc\n")
        first = line(held.output)
        os.write(held.input, b"def\n")
        second = line(held.output)

    assert (first, second) == (b"cba\n", b"fed\n")


def test_all_of_it_is_gone_afterwards(box: Sandbox, tmp_path: Path) -> None:
    with open_conversation(box, errand(tmp_path, LASTING)) as held:
        line(held.output)
        during = comes_to_run(SECONDS.encode())

    assert during
    assert not is_running(SECONDS.encode())


def test_its_end_is_seen_and_how_it_ended(box: Sandbox, tmp_path: Path) -> None:
    code = "import sys; print('why', file=sys.stderr); sys.exit(7)"
    with open_conversation(box, errand(tmp_path, code)) as held:
        end = line(held.output)
        done = held.end()

    assert (end, done.code, done.output) == (b"", 7, "why\n")


def test_its_time_is_limited(box: Sandbox, tmp_path: Path) -> None:
    began = time.monotonic()
    with open_conversation(box, errand(tmp_path, ECHO, 0.5)) as held:
        end = line(held.output)
        done = held.end()

    assert end == b""
    assert done.timed_out
    assert time.monotonic() - began < 15


def test_addresses_may_be_more_than_memory(box: Sandbox, tmp_path: Path) -> None:
    code = "import mmap; mmap.mmap(-1, 3_000_000_000, mmap.MAP_PRIVATE); print('ok')"
    asked = errand(tmp_path, code, memory_bytes=1_000_000_000, address_bytes=1 << 40)
    with open_conversation(box, asked) as held:
        assert line(held.output) == b"ok\n"


def test_sandlock_refuses_rather_than_confining_less(tmp_path: Path) -> None:
    with open_conversation(Sandlock(), errand(tmp_path, ECHO)) as held:
        assert line(held.output) == b""
        with pytest.raises(SandboxUnavailable, match="conversation"):
            held.end()
