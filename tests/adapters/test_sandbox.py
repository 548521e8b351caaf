"""What runs in the sandbox reaches nothing but its own folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from prodwright.adapters.sandbox import Completed, Errand, Unconfined, find_sandbox

pytestmark = pytest.mark.slow


def attempt(folder: Path, code: str, seconds: float = 30.0) -> Completed:
    errand = Errand(
        command=(sys.executable, "-I", "-c", code),
        folder=folder,
        timeout_seconds=seconds,
    )
    return find_sandbox(allow_unsandboxed=False).run(errand)


def test_the_named_folder_can_be_written_to(tmp_path: Path) -> None:
    done = attempt(tmp_path, "open('made', 'w').write('x')")

    assert done.code == 0
    assert (tmp_path / "made").read_text() == "x"


@pytest.mark.parametrize(
    "escape",
    [
        "open('/usr/escaped', 'w')",
        "open('/etc/escaped', 'w')",
        "import os; os.listdir(os.path.expanduser('~root/.ssh'))",
        "import socket; socket.create_connection(('192.0.2.1', 80), 2)",
        "open('/proc/1/root/etc/shadow')",
    ],
)
def test_nothing_else_can_be_reached(tmp_path: Path, escape: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()

    done = attempt(inner, escape)

    assert done.code != 0


def test_what_is_written_beside_the_folder_is_not_there(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()

    attempt(inner, "open('../escaped', 'w').write('x')")

    assert not (tmp_path / "escaped").exists()


def test_the_environment_is_not_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRODWRIGHT_TEST_SECRET", "hunter2")

    done = attempt(tmp_path, "import os; print(sorted(os.environ))")

    assert "PATH" in done.output
    assert "SECRET" not in done.output


def test_the_loopback_of_the_host_is_not_ours(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"

        assert attempt(tmp_path, code).code != 0


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    done = attempt(tmp_path, "import time; time.sleep(60)", seconds=1.0)

    assert done.timed_out


def test_children_that_leave_the_group_end_too(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c',"
        ' \'import time; time.sleep(3); open("late", "w")\'], start_new_session=True)'
    )

    attempt(tmp_path, code)
    import time

    time.sleep(4.0)

    assert not (tmp_path / "late").exists()


def test_memory_is_limited(tmp_path: Path) -> None:
    done = attempt(tmp_path, "bytearray(20_000_000_000)")

    assert done.code != 0
    assert "MemoryError" in done.output


def test_endless_output_is_cut(tmp_path: Path) -> None:
    done = attempt(tmp_path, "print('x' * 10_000_000)")

    assert len(done.output) < 5_000_000


def test_without_isolation_the_evidence_says_so(tmp_path: Path) -> None:
    box = find_sandbox(allow_unsandboxed=True)
    errand = Errand(
        command=(sys.executable, "-c", "print('ran')"),
        folder=tmp_path,
        timeout_seconds=30.0,
    )

    assert isinstance(box, Unconfined)
    assert box.isolation.startswith("none")
    assert "ran" in box.run(errand).output
