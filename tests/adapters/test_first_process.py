"""Who is ended is over when that is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prodwright.adapters.sandbox.first_process import first_process


def state(number: int) -> str:
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_is_ended_is_over() -> None:
    # Freeing much memory takes the kernel its time.
    code = "import time; held = bytearray(300_000_000); print(1, flush=True)"
    command = [sys.executable, "-c", f"{code}; time.sleep(60)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with first_process(process.pid) as first:
            assert first is not None
            first.end()

            assert state(process.pid) == "Z"
            first.end()  # once more does no harm


def test_a_process_that_is_gone_is_none() -> None:
    process = subprocess.Popen(["true"])
    process.wait()

    with first_process(process.pid) as first:
        assert first is None


def test_without_a_number_there_is_none() -> None:
    with first_process(None) as first:
        assert first is None
