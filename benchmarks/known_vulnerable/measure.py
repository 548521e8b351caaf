"""Reviews small applications that others wrote to be broken, and lists what is missed.

    python benchmarks/known_vulnerable/measure.py FOLDER

FOLDER holds a checkout of each application of `flaws.toml`, under its name and at its
commit. A flaw is found when its hazard is told of its line; many of these hazards are
previews, which a review shows when they are asked for by name.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prodwright.practices import find_hazard

FLAWS = Path(__file__).parent / "flaws.toml"


def main() -> int:
    """Print a line for each flaw and a table; return 1 when a known find is missed."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    place = options.parse_args().folder
    code = 0
    for application in tomllib.loads(FLAWS.read_text("utf-8"))["application"]:
        told = list(judged(application, place / application["name"]))
        for outcome, flaw in told:
            why = f" ({flaw['why']})" if "why" in flaw else ""
            print(f"{outcome:9} {flaw['hazard']:22} {flaw['at']} {flaw['what']}{why}")
        counts = Counter(outcome for outcome, _ in told)
        print(f"== {application['name']}: {dict(counts)} of {len(told)}\n")
        code |= any(outcome == "missed" and "why" not in flaw for outcome, flaw in told)
    return code


def judged(
    application: Mapping[str, Any], place: Path
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each flaw with `found`, `preview` or `missed`."""
    folder = place / application["folder"]
    names = sorted({each["hazard"] for each in application["flaws"]})
    by_name = [word for each in names for word in ("--only", each)]
    as_it_is, asked = found(folder), found(folder, *by_name)
    for flaw in application["flaws"]:
        find_hazard(flaw["hazard"])
        key = (flaw["at"], flaw["hazard"])
        seen = "preview" if key in asked else "missed"
        yield "found" if key in as_it_is else seen, flaw


def found(folder: Path, *words: str) -> set[tuple[str, str]]:
    """Return the places and hazards that a review tells of."""
    command = [sys.executable, "-m", "prodwright", "review", ".", "--json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    findings = json.loads(done.stdout)["findings"]
    return {(f"{each['path']}:{each['line']}", each["hazard"]) for each in findings}


if __name__ == "__main__":
    sys.exit(main())
