"""Reviews mutated sources until the time is up: no crash, no hang, no wrong place.

    python benchmarks/fuzz_review.py [FOLDER] [--seconds 600] [--seed 1]

FOLDER holds the sources that are mutated; by itself, the standard library. Each round
reviews a folder of several mutants by one memory, changes one of them, and compares
what is remembered with what a review finds that remembers nothing. A mutant that breaks
a rule is written to `fuzz-failure/`, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from prodwright.api.review_memory import ReviewMemory
from prodwright.api.reviewing import Review, ReviewRequest, review

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "api"))
from test_bad_input import mutated

FILES = 4  # of one round, so that what crosses files is fuzzed as well
MOST_SECONDS = 20.0  # CPU, for one review of them; what hangs takes longer
MOST_BYTES = 60_000


def main() -> int:
    """Fuzz; return 1 when something broke a rule."""
    options = argparse.ArgumentParser()
    library = Path(argparse.__file__).parent
    options.add_argument("folder", type=Path, nargs="?", default=library)
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    sources = [
        each
        for each in sorted(given.folder.rglob("*.py"))
        if "site-packages" not in each.parts and each.stat().st_size < MOST_BYTES
    ]
    chance = random.Random(given.seed)
    until = time.monotonic() + given.seconds
    rounds = broken = 0
    while time.monotonic() < until:
        rounds += 1
        with tempfile.TemporaryDirectory() as place:
            broken += not holds(Path(place), sources, chance)
    print(f"{rounds} rounds of {FILES} mutants, {broken} broke a rule")
    return min(broken, 1)


def holds(folder: Path, sources: list[Path], chance: random.Random) -> bool:
    """Tell whether one round keeps all rules; keep its files if it does not."""
    try:
        for number in range(FILES):
            write(folder / f"m{number}.py", sources, chance)
        memory = ReviewMemory()
        judged(folder, memory)
        write(folder / "m1.py", sources, chance)
        again, fresh = judged(folder, memory), judged(folder, None)
        assert again.stage.findings == fresh.stage.findings, "remembered otherwise"
        assert again.unjudged == fresh.unjudged, "remembered otherwise"
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        traceback.print_exc()
        shutil.copytree(folder, "fuzz-failure", dirs_exist_ok=True)
        return False
    return True


def write(file: Path, sources: list[Path], chance: random.Random) -> None:
    """Write a mutant of one of `sources`."""
    file.write_bytes(mutated(chance.choice(sources).read_bytes(), chance))


def judged(folder: Path, memory: ReviewMemory | None) -> Review:
    """Return a review of `folder`, held to what every review must keep."""
    started = time.process_time()
    request = ReviewRequest(paths=(), folder=folder, environment={}, memory=memory)
    done = review(request)
    took = time.process_time() - started
    assert took < MOST_SECONDS, f"{took:.1f} s"
    for each in done.stage.findings:
        lines = (folder / each.path).read_bytes().replace(b"\r", b"\n").count(b"\n")
        assert 1 <= each.line <= lines + 1, each
    return done


if __name__ == "__main__":
    raise SystemExit(main())
