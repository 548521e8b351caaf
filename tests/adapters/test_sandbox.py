"""What runs in the sandbox reaches nothing but its own folder."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from prodwright.adapters.guarded import Guarded
from prodwright.adapters.sandbox import Completed, Errand, Unconfined, find_sandbox

pytestmark = pytest.mark.slow


def python(code: str, folder: Path, seconds: float = 30.0) -> Errand:
    return Errand(
        command=(sys.executable, "-I", "-c", code),
        folder=folder,
        timeout_seconds=seconds,
    )


def attempt(folder: Path, code: str, seconds: float = 30.0) -> Completed:
    return find_sandbox(allow_unsandboxed=False).run(python(code, folder, seconds))


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


LATE = """
import os, time
if os.fork() == 0:
    os.setsid()
    while True:
        open("late", "a").write("x")
"""


def test_nothing_inside_is_alive_once_the_errand_has_ended(tmp_path: Path) -> None:
    box = find_sandbox(allow_unsandboxed=False)
    for _ in range(5):
        box.run(python(LATE, tmp_path))
        late = tmp_path / "late"
        size = late.stat().st_size if late.exists() else 0
        time.sleep(0.1)
        assert (late.stat().st_size if late.exists() else 0) == size


def test_a_guarded_sandbox_shows_secrets_empty_and_keeps_what_is_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("KEY=do-not-show\n")
    (tmp_path / ".prodwright").mkdir()
    (tmp_path / ".prodwright" / "profile.toml").write_text("a = 1\n")
    box = Guarded(find_sandbox(allow_unsandboxed=False))
    tries = (
        "print(repr(open('.env').read()))",
        "open('.prodwright/profile.toml', 'w')",
        "import os; os.rename('.prodwright', 'other')",
        "import os; os.unlink('.env')",
    )

    told = [box.run(python(each, tmp_path)) for each in tries]

    assert told[0].output.strip() == "''"
    assert [each.code for each in told] == [0, 1, 1, 1]
    assert (tmp_path / ".env").read_text() == "KEY=do-not-show\n"
    assert (tmp_path / ".prodwright" / "profile.toml").read_text() == "a = 1\n"
