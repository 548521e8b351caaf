"""Kills a build that a model serves, again and again, and resumes it each time.

    python benchmarks/kills_in_the_loop.py --kills 200 --seed 1

The model is a local server that speaks the OpenAI protocol and plays a conversation.
After each SIGKILL of the whole process group the run is resumed. Then must hold: no
request whose answer was recorded is sent again; the user's files are byte-identical;
and each run, however often it was killed, delivers the tree of an undisturbed one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))

from kills import delivered_tree, files_of, git  # noqa: E402

from fakes.openai_server import Server  # noqa: E402 - needs the path above
from golden.conversations import FEATURE, SERVICE, calls, finish  # noqa: E402

PROGRAM = [sys.executable, "-m", "prodwright"]
LONGEST_SECONDS = 300.0
SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.4, 5.0


@dataclass(frozen=True)
class Killed:
    """How one run went: how often it was killed, and what was wrong."""

    kills: int
    in_the_loop: int
    wrong: str = ""


def main() -> int:
    """Run until there were enough kills; return 1 when anything was wrong."""
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    rng = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory(prefix="prodwright-loop-") as name:
        place = Path(name)
        expected = undisturbed(place / "reference")
        kills = in_the_loop = runs = wrong = 0
        while kills < chosen.kills:
            runs += 1
            seen = disturbed(place / f"run-{runs}", rng, expected)
            kills += seen.kills
            in_the_loop += seen.in_the_loop
            wrong += bool(seen.wrong)
            told = f", wrong: {seen.wrong}" if seen.wrong else ""
            print(f"run {runs}: {seen.kills} kills{told}", flush=True)
    print(f"{kills} kills in {runs} runs, {in_the_loop} while the model worked")
    print(f"{wrong} runs ended wrongly")
    return int(bool(wrong))


def undisturbed(folder: Path) -> str:
    """Return the tree that a run delivers which nobody kills."""
    prepare(folder)
    with served() as server:
        started = time.monotonic()
        done = subprocess.run(
            words(server), cwd=folder, capture_output=True, timeout=LONGEST_SECONDS
        )
        if done.returncode != 0:
            sys.exit(f"it does not work undisturbed: {done.stderr.decode()}")
    tree = delivered_tree(folder)
    seconds = time.monotonic() - started
    print(f"undisturbed: {seconds:.1f} s, tree {tree[:12]}", flush=True)
    return tree


def disturbed(folder: Path, rng: random.Random, expected: str) -> Killed:
    """Kill and resume one run until it comes to its end, and look."""
    prepare(folder)
    before = files_of(folder)
    kills = in_the_loop = 0
    settled: dict[str, int] = {}
    with served() as server:
        command = words(server)
        while True:
            # A step that takes longer than every wait would never be done.
            longest = LONGEST_WAIT_SECONDS * (1 + kills / 10)
            wait = rng.uniform(SHORTEST_WAIT_SECONDS, longest)
            code = run_for(command, folder, wait)
            recorded = answers(folder)
            if sent_again(server, recorded, settled):
                return Killed(kills, in_the_loop, "a finished request was sent again")
            if code is not None:
                break
            kills += 1
            in_the_loop += 0 < recorded < len(FEATURE)
            run = last_run(folder)
            command = [*PROGRAM, "runs", "resume", run] if run else command
    return Killed(kills, in_the_loop, wrong_at_the_end(folder, code, before, expected))


def wrong_at_the_end(folder: Path, code: int, before: str, expected: str) -> str:
    """Return what is wrong with a run that ended; empty when nothing is."""
    if code != 0:
        return f"it ended with {code}"
    if files_of(folder) != before:
        return "the user's files changed"
    if delivered_tree(folder) != expected:
        return "another tree was delivered"
    return ""


def sent_again(server: Server, recorded: int, settled: dict[str, int]) -> bool:
    """Tell whether a request was sent after its answer had been recorded.

    Args:
        server: What was asked.
        recorded: How many answers are recorded; they are the first ones asked.
        settled: How often each was asked when its answer was seen recorded.
    """
    asked = Counter(server.play.digests())
    for digest in list(asked)[:recorded]:
        if asked[digest] > settled.setdefault(digest, asked[digest]):
            return True
    return False


def served() -> Server:
    """Return the server; one that is asked the same again answers the same."""
    idle = [calls(finish("Nothing more."))] * 4
    return Server([*FEATURE, *idle], steady=True)


def words(server: Server) -> list[str]:
    """Return the command that begins the run."""
    chosen = ["--engineer", "model", "--model", "local:fake-1"]
    where = ["--base-url", server.url, "--python", sys.executable]
    return [*PROGRAM, "build", "Find orders.", "--yes", *chosen, *where]


def prepare(folder: Path) -> None:
    """Make a repository with work that is not committed yet."""
    for path, text in SERVICE.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    (folder / "notes.txt").write_text("untracked\n")


def run_for(command: list[str], folder: Path, seconds: float) -> int | None:
    """Run the command, kill its whole group after `seconds`; None when it was."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def last_run(folder: Path) -> str:
    """Return the run that was recorded; empty when none was."""
    home = folder / ".prodwright" / "runs"
    found = sorted(each.parent.name for each in home.glob("*/run.json"))
    return found[-1] if found else ""


def answers(folder: Path) -> int:
    """Return how many answers are recorded whole."""
    run = last_run(folder)
    file = folder / ".prodwright" / "runs" / run / "conversation.jsonl"
    if not run or not file.exists():
        return 0
    whole = file.read_bytes().rpartition(b"\n")[0]
    steps = [json.loads(line)["step"] for line in whole.splitlines() if line]
    return sum(".answer." in step and not step.startswith("judge") for step in steps)


if __name__ == "__main__":
    sys.exit(main())
