"""How long a person waits for `--help`, `explain` and `review` of one file.

    python benchmarks/startup.py [--rounds 15]

Each command runs in a fresh process, in turns with a bare interpreter as the peer, so
that the noise of the machine falls on all alike. Wall clock and CPU are both told;
the limits are README's promise: 0.2 s for help and explain, 0.3 s for review.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILE = '''"""A module of ordinary size."""

import logging

import requests

logger = logging.getLogger(__name__)

''' + "\n\n".join(
    f'''def price_{number}(url: str, sku: str) -> float:
    """Return the price of one article."""
    logger.info("asking for %s", sku)
    answer = requests.get(f"{{url}}/{{sku}}", timeout=2.0)
    answer.raise_for_status()
    return float(answer.json()["price"])'''
    for number in range(40)
)
LIMITS_SECONDS = {"--help": 0.2, "explain": 0.2, "review": 0.3}


def main() -> int:
    """Measure; return 1 when a median of CPU time is over its limit."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=15)
    rounds = options.parse_args().rounds
    program = [sys.executable, "-m", "prodwright"]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "module.py").write_text(FILE, encoding="utf-8")
        commands = {
            "bare python": [sys.executable, "-c", "pass"],
            "--help": [*program, "--help"],
            "explain": [*program, "explain", "missing-timeout"],
            "review": [*program, "review", "module.py"],
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(timed(command, folder))
    return report(taken)


def timed(command: list[str], folder: str) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env={**os.environ, "CI": "1"}, capture_output=True
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def report(taken: dict[str, list[tuple[float, float]]]) -> int:
    """Print the medians and the best; return 1 when a limit is missed."""
    late = 0
    bare = statistics.median(cpu for _, cpu in taken["bare python"])
    print(
        f"{'command':<12} {'wall med':>9} {'wall best':>9} {'CPU med':>8} {'x bare':>7}"
    )
    for name, pairs in taken.items():
        wall = statistics.median(each for each, _ in pairs)
        best = min(each for each, _ in pairs)
        cpu = statistics.median(each for _, each in pairs)
        print(f"{name:<12} {wall:9.3f} {best:9.3f} {cpu:8.3f} {cpu / bare:7.1f}")
        late += cpu > LIMITS_SECONDS.get(name, cpu)
    return min(late, 1)


if __name__ == "__main__":
    sys.exit(main())
