"""How much code `review` judges in a second of CPU, beside its peers.

    python benchmarks/review.py FOLDER [--rounds 5] [--peers VENV]

All tools judge the same copy of FOLDER in turns, in fresh processes, so that the noise
of the machine falls on all alike. VENV may hold `bandit` and `ruff` (its S rules, from
flake8-bandit); they look for far less than `review`, and Ruff is no Python program.
Then `review` alone judges 50,000 to 400,000 lines of FOLDER, repeated where it is
shorter: the CPU time for a thousand lines must stay what it is.

The exit code is 1 when the longest takes 1.5 times as much for each line as the
shortest (starting up and its own controls come off first).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

SIZES = (50_000, 100_000, 200_000, 400_000)
MOST_GROWTH = 1.5
_KILOBYTES_PER_MEGABYTE = 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took: CPU seconds, and megabytes at its peak."""

    seconds: float
    megabytes: float


def main() -> int:
    """Measure; return 1 when time does not grow with the lines alone."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--peers", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        compare(given.folder, Path(place) / "code", given.rounds, given.peers)
    return grow(given.folder, given.rounds)


def compare(folder: Path, copied: Path, rounds: int, peers: Path | None) -> None:
    """Print what each tool takes for all of `folder`."""
    lines = copy(texts(folder), copied)
    print(f"{lines:,} lines, median of {rounds}")
    for name, taken in in_turns(commands(peers), copied, rounds).items():
        speed = lines / taken.seconds
        print(
            f"{name:24}{taken.seconds:8.2f} s CPU{speed:12,.0f} lines/s"
            f"{taken.megabytes:8.0f} MB"
        )


def grow(folder: Path, rounds: int) -> int:
    """Print what `review` takes for more and more lines; return the exit code."""
    found = texts(folder)
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "bare.py").write_text("", encoding="utf-8")
        bare = median(commands(None), Path(place), rounds)
    per_line = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            lines = copy(found, Path(place) / "code", size)
            taken = median(commands(None), Path(place) / "code", rounds)
        per_line.append((taken.seconds - bare.seconds) / lines)
        print(
            f"{lines:8,} lines{taken.seconds:8.2f} s CPU{taken.megabytes:8.0f} MB"
            f"{per_line[-1] * 1e6:8.1f} s for each million more"
        )
    return int(per_line[-1] > MOST_GROWTH * per_line[0])


def commands(peers: Path | None) -> dict[str, list[str]]:
    """Return the tools that are there, `review` first."""
    ours = [sys.executable, "-m", "prodwright", "review", "--json", "."]
    found = {"prodwright review": ours}
    if peers is None:
        return found
    bandit, ruff = peers / "bin" / "bandit", peers / "bin" / "ruff"
    if bandit.exists():
        found["bandit"] = [str(bandit), "-r", "-q", "-f", "json", "."]
    if ruff.exists():
        alone = ["--isolated", "--no-cache", "--output-format", "json"]
        found["ruff, S rules"] = [str(ruff), "check", "--select", "S", *alone, "."]
    return found


def in_turns(
    tools: dict[str, list[str]], folder: Path, rounds: int
) -> dict[str, Taken]:
    """Return the median of each tool over `rounds` rounds of all."""
    every: dict[str, list[Taken]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, command in tools.items():
            every[name].append(run(command, folder))
    return {name: middle(taken) for name, taken in every.items()}


def median(tools: dict[str, list[str]], folder: Path, rounds: int) -> Taken:
    """Return the median of the only tool."""
    (taken,) = in_turns(tools, folder, rounds).values()
    return taken


def middle(taken: list[Taken]) -> Taken:
    """Return the medians of both figures."""
    return Taken(
        statistics.median(each.seconds for each in taken),
        statistics.median(each.megabytes for each in taken),
    )


def run(command: list[str], folder: Path) -> Taken:
    """Run `command` in `folder`; it may find as much as it likes."""
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with exit code {process.returncode}")
    megabytes = used.ru_maxrss / _KILOBYTES_PER_MEGABYTE
    return Taken(used.ru_utime + used.ru_stime, megabytes)


def texts(folder: Path) -> list[str]:
    """Return the text of every file under `folder` that can be parsed."""
    found = []
    for file in sorted(folder.rglob("*.py")):
        try:
            text = file.read_text(encoding="utf-8")
            compile(text, file.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        found.append(text)
    if not found:
        raise SystemExit(f"{folder}: no Python files")
    return found


def copy(found: list[str], folder: Path, most_lines: int | None = None) -> int:
    """Write `found` to `folder` until there are `most_lines`; return how many.

    All of it is written once when there is no limit.
    """
    folder.mkdir()
    written = 0
    for number, text in enumerate(repeated(found, most_lines)):
        if most_lines is not None and written >= most_lines:
            break
        (folder / f"module_{number}.py").write_text(text, encoding="utf-8")
        written += text.count("\n")
    return written


def repeated(found: list[str], most_lines: int | None) -> Iterator[str]:
    """Yield all of `found`, again and again when there is a limit."""
    for _ in range(1) if most_lines is None else count():
        yield from found


if __name__ == "__main__":
    raise SystemExit(main())
