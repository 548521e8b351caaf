"""However it ends, no process is left behind, and standard output stays clean."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
Start = Callable[..., "subprocess.Popen[str]"]
BUILD = {
    "name": "build_start",
    "arguments": {"request": "a user authentication system", "into": "auth"},
}
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def ask(server: subprocess.Popen[str], method: str, params: dict[str, Any]) -> Any:
    """Send one request by hand and return the answer to it."""
    line = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(line) + "\n")
    server.stdin.flush()
    while True:
        answer = json.loads(server.stdout.readline())
        if answer.get("id") == method:
            return answer["result"]


def build(server: subprocess.Popen[str]) -> list[int]:
    """Start a build and return the processes that work on it."""
    ask(server, "initialize", HELLO)
    assert server.stdin is not None
    server.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
    job = ask(server, "tools/call", BUILD)["structuredContent"]
    assert job["state"] == "working", job
    return children(server.pid)


def children(parent: int) -> list[int]:
    """Return the processes that `parent` started, and those that they did."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    direct = [int(each) for each in listed]
    return [*direct, *(deeper for each in direct for deeper in children(each))]


def alive(processes: list[int]) -> list[int]:
    """Return which are left, after giving them 40 seconds to go."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        left = [each for each in processes if Path(f"/proc/{each}").exists()]
        if not left:
            return []
        time.sleep(0.1)
    return left


def test_it_ends_with_its_client(start: Start, tmp_path: Path) -> None:
    server = start("--root", str(tmp_path))
    workers = build(server)

    assert server.stdin is not None
    server.stdin.close()

    assert server.wait(90) == 0
    assert workers
    assert alive(workers) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_signal_ends_it_while_the_client_is_silent(
    start: Start, tmp_path: Path, number: int, code: int
) -> None:
    server = start("--root", str(tmp_path))
    workers = build(server)

    server.send_signal(number)

    assert server.wait(90) == code
    assert workers
    assert alive(workers) == []


def test_its_workers_do_not_outlive_a_kill(start: Start, tmp_path: Path) -> None:
    server = start("--root", str(tmp_path))
    workers = build(server)

    server.kill()
    server.wait(90)

    assert workers
    assert alive(workers) == []


def test_nothing_but_the_protocol_is_written_to_standard_output(
    start: Start, tmp_path: Path
) -> None:
    server = start("--root", str(tmp_path))

    stdout, stderr = server.communicate("this is no JSON\n\n{}\n", timeout=90)

    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in stdout.splitlines())
    assert "Traceback" not in stderr
    assert server.returncode == 0


def test_a_client_that_stops_reading_is_gone(start: Start, tmp_path: Path) -> None:
    server = start("--root", str(tmp_path))
    ask(server, "initialize", HELLO)
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stderr is not None

    server.stdout.close()
    for number in range(3):
        line = {"jsonrpc": "2.0", "id": number, "method": "tools/list", "params": {}}
        server.stdin.write(json.dumps(line) + "\n")
    server.stdin.close()

    assert server.wait(90) == 0
    assert "Traceback" not in server.stderr.read()


def test_without_standard_input_nobody_is_there() -> None:
    words = [sys.executable, "-m", "prodwright", "mcp"]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *words], capture_output=True, text=True
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_code_in_the_root_cannot_take_the_place_of_ours(
    start: Start, tmp_path: Path
) -> None:
    for name in ("json.py", "prodwright.py", "sitecustomize.py"):
        (tmp_path / name).write_text("open('/proc/self/cwd/ran', 'w')\n")
    server = start("--root", str(tmp_path))

    ask(server, "initialize", HELLO)
    result = ask(server, "tools/call", {"name": "review", "arguments": {}})

    assert result["structuredContent"]["files"] == 3
    assert not (tmp_path / "ran").exists()


def test_without_the_extra_one_line_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['mcp'] = None; sys.argv[1:] = ['mcp']\n"
        "from prodwright.cli import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ,
    )

    assert done.returncode == 3
    assert done.stderr == (
        "error[extra-missing]: the extra 'mcp' is not installed: there is no mcp\n"
        "  hint: pip install 'prodwright[mcp]'\n"
    )


def test_help_does_not_import_the_sdk() -> None:
    code = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from prodwright.cli import main; main(); print(sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert "  mcp " in done.stdout
    assert "'click'" in done.stdout
    assert "'mcp'" not in done.stdout
    assert "'anyio'" not in done.stdout
