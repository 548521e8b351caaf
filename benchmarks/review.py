"""How much code `review` judges in a second of CPU, beside its peers.

    python benchmarks/review.py FOLDER [--rounds 5] [--peers VENV] [--slow-rounds 1]

All tools judge the same copy of FOLDER in turns, in fresh processes, so that the noise
of the machine falls on all alike; each prints its findings as JSON. VENV may hold
`bandit`, `ruff` (its S rules, from flake8-bandit) and `semgrep` (with the rules of our
own beside this file); they look for far less than `review`, and Ruff is no Python
program. Semgrep takes many minutes, so that it has rounds of its own.

Then `review` alone: with what it remembers, when nothing and when one file has changed,
also with `--changed` in a repository; of one small file that it never saw, by itself
and as the first review on a machine; of 50,000 to 400,000 lines of FOLDER, repeated
where it is shorter, since the CPU time for a thousand lines must stay what it is; and
in two processes, by the clock, which tells something on a quiet machine only. Goals
stand at the end.

The exit code is 1 when the longest takes 1.5 times as much for each line as the
shortest (starting up and its own controls come off first).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

SIZES = (50_000, 100_000, 200_000, 400_000)
MOST_GROWTH = 1.5
SETTLED_SECONDS = 2.5  # sooner, a file may be written to again within one time stamp
_KILOBYTES_PER_MEGABYTE = 1024
# Without -P, what is reviewed would stand before the standard library.
OURS = [sys.executable, "-P", "-m", "prodwright", "review", "--format", "jsonl"]
GOALS = {
    "prodwright review": "   goals: 65,000 lines/s, 320 MB",
    "bandit": "   goal: 7",
    "ruff, S rules": "",
    "semgrep": "   goal: 80",
}
SMALL = '''"""A small module."""

import requests


def price(url: str) -> float:
    """Return the price of an article."""
    answer = requests.get(url, timeout=2.0)
    answer.raise_for_status()
    return float(answer.json()["price"])
'''


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
    options.add_argument("--slow-rounds", type=int, default=1)
    options.add_argument("--peers", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        code = Path(place) / "code"
        shutil.copytree(given.folder, code, symlinks=True)
        (code / ".semgrepignore").touch()  # by itself, Semgrep passes over tests
        compare(code, given)
        remember(code, Path(place) / "cache", given.rounds)
        differ(code, Path(place) / "cache", given.rounds)
        divide(code, given.rounds)
    small(given.rounds)
    return grow(given.folder, given.rounds)


def compare(code: Path, given: argparse.Namespace) -> None:
    """Print what each tool takes for all of `code`, and how often ours fits into it."""
    lines = sum(
        each.read_bytes().count(b"\n") for each in code.rglob("*.py") if each.is_file()
    )
    print(f"{lines:,} lines, median of {given.rounds}")
    tools = commands(given.peers)
    taken = in_turns(tools, code, given.rounds)
    slow = slow_commands(given.peers)
    taken |= in_turns(slow, code, given.slow_rounds) if slow else {}
    ours = taken["prodwright review"]
    for name, each in taken.items():
        ratio = each.seconds / ours.seconds
        show(
            name,
            each,
            f"{lines / each.seconds:12,.0f} lines/s{ratio:8.1f} x ours{GOALS[name]}",
        )


def remember(code: Path, cache: Path, rounds: int) -> None:
    """Print what a review takes that remembers an earlier one."""
    command = [*OURS, "."]
    environment = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(cache)}
    show("cold, and kept", run(command, code, environment), "")
    time.sleep(SETTLED_SECONDS)
    run(command, code, environment)  # files that were just written are looked at again
    unchanged, changed = [], []
    file = edited(code)
    for number in range(rounds):
        unchanged.append(run(command, code, environment))
        with file.open("a", encoding="utf-8") as opened:
            opened.write(f"\n\ndef added_{number}(text):\n    return text.strip()\n")
        changed.append(run(command, code, environment))
    show("nothing changed", middle(unchanged), "")
    show("one file changed", middle(changed), "   goal: 0.25 s")


def differ(code: Path, cache: Path, rounds: int) -> None:
    """Print what `--changed` takes for one file, after it was used once."""
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=code, check=True)
    environment = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(cache)}
    command = [*OURS, "--changed", "."]
    run(command, code, environment)
    file = edited(code)
    taken = []
    for number in range(rounds):
        with file.open("a", encoding="utf-8") as opened:
            opened.write(
                f"\n\ndef differing_{number}(text):\n    return text.strip()\n"
            )
        taken.append(run(command, code, environment))
    show("--changed, one file", middle(taken), "")


def edited(code: Path) -> Path:
    """Return the file that is written to: the largest `text.py`, or of all."""
    found = list(code.rglob("text.py")) or list(code.rglob("*.py"))
    return max(found, key=lambda each: each.stat().st_size)


def small(rounds: int) -> None:
    """Print what one small file takes that no review has seen."""
    with tempfile.TemporaryDirectory() as place:
        kept = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(Path(place) / "cache")}
        show("first on a machine", once(Path(place) / "first", kept), "")
        taken = [once(Path(place) / f"{number}", kept) for number in range(rounds)]
        show("one small file", middle(taken), "   goal: 0.1 s")
        alone = [
            once(Path(place) / f"alone_{number}", kept, "--no-cache")
            for number in range(rounds)
        ]
        show("the same, --no-cache", middle(alone), "")


def once(folder: Path, environment: dict[str, str], *more: str) -> Taken:
    """Return what a review takes of a new project of one small file."""
    folder.mkdir()
    (folder / "small.py").write_text(SMALL, encoding="utf-8")
    return run([*OURS, *more, "."], folder, environment)


def divide(code: Path, rounds: int) -> None:
    """Print by how much two processes are sooner done than one, by the clock."""
    clocks: dict[str, list[float]] = {"1": [], "2": []}
    for _ in range(rounds):
        for jobs, each in clocks.items():
            started = time.perf_counter()
            run([*OURS, "--no-cache", "--jobs", jobs, "."], code)
            each.append(time.perf_counter() - started)
    one, two = (statistics.median(each) for each in clocks.values())
    load = os.getloadavg()[0]
    print(
        f"{'two processes':24}{two:8.2f} s by the clock, {one:.2f} s with one: "
        f"{one / two:.2f} times as fast, at a load of {load:.1f}   goal: 1.7"
    )


def show(name: str, taken: Taken, more: str) -> None:
    """Print one line of the table."""
    print(f"{name:24}{taken.seconds:8.2f} s CPU{taken.megabytes:8.0f} MB{more}")


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
    found = {"prodwright review": [*OURS, "--no-cache", "--jobs", "1", "."]}
    if peers is None:
        return found
    bandit, ruff = peers / "bin" / "bandit", peers / "bin" / "ruff"
    if bandit.exists():
        found["bandit"] = [str(bandit), "-r", "-q", "-f", "json", "."]
    if ruff.exists():
        alone = ["--isolated", "--no-cache", "--output-format", "json"]
        found["ruff, S rules"] = [str(ruff), "check", "--select", "S", *alone, "."]
    return found


def slow_commands(peers: Path | None) -> dict[str, list[str]]:
    """Return Semgrep, where it is there."""
    semgrep = peers / "bin" / "semgrep" if peers is not None else None
    if semgrep is None or not semgrep.exists():
        return {}
    rules = Path(__file__).parent / "semgrep_rules"
    quiet = ["--metrics=off", "--disable-version-check", "--quiet", "--json"]
    scan = [str(semgrep), "scan", "--config", str(rules), *quiet]
    return {"semgrep": [*scan, "--no-git-ignore", "--jobs", "1", "."]}


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


def run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None
) -> Taken:
    """Run `command` in `folder`; it may find as much as it likes."""
    variables = dict(os.environ if environment is None else environment)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation is compiled
    bin_folder = str(Path(command[0]).parent)  # where a tool finds its parts
    variables["PATH"] = os.pathsep.join([bin_folder, variables["PATH"]])
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=variables,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 6):
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
