"""Processor time of one injected run on a small test, beside the test without us.

    python benchmarks/faults.py [--rounds 3]

A small program with a file, a database and a child process is explored; what counts
is the processor time of the forked children, divided by their number. Beside it stands
that of pytest alone on the same test, its start included.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_CODE = """
import json, os, sqlite3, subprocess


class StoreError(Exception):
    pass


def store(folder, name):
    try:
        done = subprocess.run(["true"], timeout=5, check=True)
        with open(folder / "a.json", "w") as file:
            json.dump({"name": name, "code": done.returncode}, file)
        bank = sqlite3.connect(folder / "a.db")
        try:
            with bank:
                bank.execute("create table if not exists kept(name)")
                bank.execute("insert into kept values(?)", (name,))
        finally:
            bank.close()
    except (OSError, sqlite3.Error, subprocess.SubprocessError) as error:
        raise StoreError(name) from error
"""
_TEST = """
from store import store


def test_store(tmp_path):
    store(tmp_path, "ann")
    assert (tmp_path / "a.json").exists()
"""


def main() -> int:
    """Measure and print; the best of some rounds, as others disturb it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    measured = [_measured() for _ in range(rounds)]
    faults, milliseconds = min(measured, key=lambda each: each[1])
    alone = min(_alone() for _ in range(rounds))
    print(f"{faults} injected runs, {milliseconds:.0f} ms CPU each (best of {rounds})")
    print(f"pytest alone on the same test: {alone:.0f} ms CPU")
    return 0


def _measured() -> tuple[int, float]:
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.jsonl"
        options = ("--prodwright-faults", f"--prodwright-report={report}")
        _run(Path(place), *options)
        lines = report.read_text("utf-8").splitlines()
    told = json.loads(lines[-1])
    return told["runs"], 1000 * told["cpu_seconds"] / told["runs"]


def _alone() -> float:
    with tempfile.TemporaryDirectory() as place:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _run(Path(place))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return 1000 * used


def _run(folder: Path, *options: str) -> None:
    (folder / "store.py").write_text(_CODE, encoding="utf-8")
    (folder / "test_store.py").write_text(_TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    started = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit(f"pytest said nothing in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
