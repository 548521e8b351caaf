"""Kills `build` and `harden` at random moments, then resumes or takes back.

    python benchmarks/kills.py --trials 200 --seed 1

After each SIGKILL of the whole process group the run is resumed or undone. Then
must hold: a resumed run delivers exactly the tree that an undisturbed one does; an
undone one leaves the repository's branches as they were; the user's own files,
uncommitted ones included, are byte-identical all the while.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

REQUEST = "I need to implement a user authentication system for our API"
PROGRAM = [sys.executable, "-m", "prodwright"]
SHOP = """from urllib.request import urlopen


def collect(item, seen=[]):
    seen.append(item)
    return seen


def price(url):
    try:
        return urlopen(url, timeout=1.0).read()
    except:
        return None
"""
TEST = """from shop import collect


def test_collect():
    assert collect(1, []) == [1]
"""
LONGEST_SECONDS = 1_200.0
TOLD_EVERY = 20
DOORS = ("build", "harden")


@dataclass(frozen=True)
class Trial:
    """One door and the folder it works in."""

    door: str
    folder: Path
    words: list[str]


# Under load the reference may be slow and the trial quick: aim at its first half.
IN_TIME = 0.5


def main() -> int:
    """Run the trials; return 1 when any ended wrongly."""
    options = argparse.ArgumentParser()
    options.add_argument("--trials", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--door", choices=DOORS, action="append")
    chosen = options.parse_args()
    rng = random.Random(chosen.seed)
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="prodwright-kills-") as name:
        place = Path(name)
        doors = chosen.door or DOORS
        expected = {door: reference(door, place) for door in doors}
        for number in range(chosen.trials):
            door = doors[number % len(doors)]
            seconds, tree = expected[door]
            outcome = one(door, place / str(number), rng, seconds, tree)
            outcomes[outcome] += 1
            if outcome.startswith("wrong"):
                print(f"trial {number}: {outcome}", flush=True)
            shutil.rmtree(place / str(number), ignore_errors=True)
            if number % TOLD_EVERY == TOLD_EVERY - 1:
                print(f"{number + 1} trials: {dict(outcomes)}", flush=True)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:4}  {outcome}")
    return int(any(outcome.startswith("wrong") for outcome in outcomes))


def reference(door: str, place: Path) -> tuple[float, str]:
    """Return how long an undisturbed run takes, warm, and the tree it delivers."""
    seconds, tree = 0.0, ""
    for attempt in ("cold", "warm"):
        trial = prepared(door, place / f"{door}-{attempt}")
        started = time.monotonic()
        done = subprocess.run(
            trial.words, cwd=trial.folder, capture_output=True, timeout=LONGEST_SECONDS
        )
        seconds = time.monotonic() - started
        if done.returncode != 0:
            sys.exit(f"{door} does not work undisturbed: {done.stderr.decode()}")
        tree = delivered_tree(target_of(trial))
    print(f"{door}: {seconds:.1f} s undisturbed and warm, tree {tree[:12]}", flush=True)
    return seconds, tree


def one(door: str, folder: Path, rng: random.Random, seconds: float, tree: str) -> str:
    """Kill one run, then resume it or take it back, and look."""
    trial = prepared(door, folder)
    before = files_of(folder)
    branches = git(folder, "for-each-ref") if door == "harden" else ""
    killed = kill_after(trial, rng.uniform(0.0, seconds * IN_TIME))
    if files_of(folder) != before and door == "harden":
        return f"wrong: {door}: the user's files changed"
    run_id = last_run(trial)
    if run_id is None:
        return f"{door}: {killed}, nothing begun"
    verb = rng.choice(("resume", "undo"))
    done = subprocess.run(
        [*PROGRAM, "runs", verb, run_id],
        cwd=target_of(trial),
        capture_output=True,
        timeout=LONGEST_SECONDS,
    )
    if done.returncode != 0:
        return f"wrong: {door}: {verb} exits {done.returncode}: {done.stderr.decode()}"
    if verb == "undo":
        return after_undo(trial, before, branches, killed)
    return after_resume(trial, before, tree, killed)


def after_undo(trial: Trial, before: str, branches: str, killed: str) -> str:
    """Tell whether everything is as it was."""
    if files_of(trial.folder) != before:
        return f"wrong: {trial.door}: undo left the files changed"
    if trial.door == "harden" and git(trial.folder, "for-each-ref") != branches:
        return "wrong: harden: undo left the branches changed"
    if trial.door == "build" and target_of(trial).exists():
        return "wrong: build: undo left the folder it created"
    return f"{trial.door}: {killed}, undone"


def after_resume(trial: Trial, before: str, tree: str, killed: str) -> str:
    """Tell whether the delivery is the one of an undisturbed run."""
    if delivered_tree(target_of(trial)) != tree:
        return f"wrong: {trial.door}: another tree was delivered"
    if trial.door == "harden" and files_of(trial.folder) != before:
        return "wrong: harden: resume changed the user's files"
    worktrees = git(target_of(trial), "worktree", "list").splitlines()
    if len(worktrees) != 1:
        return f"wrong: {trial.door}: a worktree was left"
    return f"{trial.door}: {killed}, resumed"


def prepared(door: str, folder: Path) -> Trial:
    """Return a fresh folder and the command to run in it."""
    folder.mkdir()
    if door == "build":
        words = [*PROGRAM, "build", REQUEST, "--into", "made", "--yes"]
        return Trial(door, folder, words)
    (folder / "shop.py").write_text(SHOP)
    (folder / "test_shop.py").write_text(TEST)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", f"Begin {folder.name}")
    (folder / "shop.py").write_text(SHOP + "\n# uncommitted\n")
    (folder / "notes.txt").write_text("untracked\n")
    words = [*PROGRAM, "harden", "--python", sys.executable]
    return Trial(door, folder, words)


def kill_after(trial: Trial, seconds: float) -> str:
    """Start the command and kill its whole process group after `seconds`."""
    process = subprocess.Popen(
        trial.words,
        cwd=trial.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "killed"
    return "ended before the kill"


def target_of(trial: Trial) -> Path:
    """Return the repository the run works in."""
    return trial.folder / "made" if trial.door == "build" else trial.folder


def last_run(trial: Trial) -> str | None:
    """Return the newest run that was recorded."""
    home = target_of(trial) / ".prodwright" / "runs"
    if not home.is_dir():
        return None
    found = sorted(each.name for each in home.iterdir() if (each / "run.json").exists())
    return found[-1] if found else None


def files_of(folder: Path) -> str:
    """Return a hash of the user's files; what a build makes is not among them."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if parts[0] in (".git", ".prodwright", "made") or not file.is_file():
            continue
        digest.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return digest.hexdigest()


def delivered_tree(repository: Path) -> str:
    """Return the hash of the tree on the delivered branch."""
    words = ("for-each-ref", "--format=%(objectname)", "refs/heads/prodwright/")
    commit = git(repository, *words).split()[-1]
    return git(repository, "rev-parse", f"{commit}^{{tree}}")


def git(folder: Path, *words: str) -> str:
    """Return what git prints in `folder`."""
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@localhost")
    done = subprocess.run(
        ["git", *identity, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
