"""How well the OWASP Benchmark for Python is told apart: real flaws and look-alikes.

    python benchmarks/owasp.py CHECKOUT [--tools VENV]

CHECKOUT is a folder with OWASP-Benchmark/BenchmarkPython; nothing is fetched, and
nothing of it is run. For each category the share of real flaws that is found (TPR), the
share of look-alikes that is taken for flaws (FPR) and their difference (Youden's index)
are printed, and the mean over all categories. With `--tools`, Bandit and Ruff of that
virtual environment are measured in the same way, where they are installed there.

A test counts as found when the finding stands in its file; a file that this Python
cannot parse counts as silent, and how many there are is told.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prodwright.adapters.files import python_files, read_source
from prodwright.analysis import Project, Source
from prodwright.core.errors import ProdwrightError
from prodwright.kit.judging import judge
from prodwright.practices import find_hazard

Found = Mapping[str, set[str]]  # categories by the name of a test

HAZARDS = {
    "cmdi": "command-injection",
    "codeinj": "code-injection",
    "deserialization": "unsafe-deserialization",
    "hash": "weak-hash",
    "ldapi": "ldap-injection",
    "pathtraver": "path-traversal",
    "redirect": "open-redirect",
    "securecookie": "insecure-cookie",
    "sqli": "sql-injection",
    "trustbound": "trust-boundary",
    "weakrand": "weak-random",
    "xpathi": "xpath-injection",
    "xss": "xss",
    "xxe": "xml-entities",
}
# Bandit's numbers of checks, which Ruff took over with an S before them.
CHECKS = {
    "cmdi": (602, 603, 604, 605, 606, 607, 609),
    "codeinj": (102, 307),
    "deserialization": (301, 302, 506),
    "hash": (303, 324),
    "securecookie": (),
    "sqli": (608, 610, 611),
    "weakrand": (311,),
    "xss": (308, 701, 702, 703, 704),
    "xxe": (313, 314, 315, 316, 317, 318, 319, 320, 405, 406, 407, 408, 409, 410),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the benchmark.

    Attributes:
        name: Of its file, without the suffix.
        category: What it is about.
        is_real: Whether it is a flaw, or only looks like one.
    """

    name: str
    category: str
    is_real: bool


def read_cases(checkout: Path) -> list[Case]:
    """Return what is expected, as the benchmark says it."""
    file = next(iter(sorted(checkout.glob("expectedresults-*.csv"))), None)
    if file is None:
        sys.exit(f"{checkout}: no expectedresults-*.csv; name the checkout's folder")
    rows = csv.reader(file.read_text("utf-8").splitlines())
    return [
        Case(name, category, real == "true")
        for name, category, real, *_ in rows
        if not name.startswith("#")
    ]


def ours(checkout: Path) -> Found:
    """Return what prodwright finds."""
    sources: list[Source] = []
    unread = 0
    started = time.process_time()
    for file in python_files(checkout, ()):
        try:
            source = read_source(file, file.relative_to(checkout).as_posix())
            _ = source.tree
        except ProdwrightError:
            unread += 1
            continue
        sources.append(source)
    hazards = [find_hazard(name) for name in HAZARDS.values()]
    findings = judge(Project(sources=tuple(sources)), hazards)
    seconds = time.process_time() - started
    print(f"{len(sources)} files in {seconds:.1f} CPU seconds, {unread} not parsed")
    categories = {hazard: category for category, hazard in HAZARDS.items()}
    return grouped((each.path, categories[each.hazard]) for each in findings)


def bandit(program: Path, checkout: Path) -> Found:
    """Return what Bandit finds."""
    command = [str(program), "-r", "-q", "-f", "json", str(checkout / "testcode")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    results = json.loads(done.stdout)["results"]
    return grouped(by_number((each["filename"], each["test_id"]) for each in results))


def ruff(program: Path, checkout: Path) -> Found:
    """Return what Ruff finds with the rules that it took over from Bandit."""
    command = [str(program), "check", "--isolated", "--select", "S", "--no-cache"]
    command += ["--output-format", "json", "--exit-zero", str(checkout / "testcode")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    results = json.loads(done.stdout)
    return grouped(
        by_number((each["filename"], each["code"] or "S0") for each in results)
    )


def by_number(found: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the path and category of each finding whose check has one."""
    for path, code in found:
        for category, numbers in CHECKS.items():
            if code[1:].isdigit() and int(code[1:]) in numbers:
                yield path, category


def grouped(found: Iterable[tuple[str, str]]) -> Found:
    """Return the categories found in each file."""
    by_test: defaultdict[str, set[str]] = defaultdict(set)
    for path, category in found:
        by_test[Path(path).stem].add(category)
    return by_test


def show(title: str, cases: list[Case], found: Found) -> None:
    """Print the rates of each category, and the mean of Youden's index."""
    print(f"\n{title}")
    indices: list[float] = []
    for category in sorted({each.category for each in cases}):
        among = [each for each in cases if each.category == category]
        hit = rate([each for each in among if each.is_real], found)
        false = rate([each for each in among if not each.is_real], found)
        indices.append(hit - false)
        print(
            f"  {category:<16} TPR {hit:5.2f}  FPR {false:5.2f}  J {hit - false:5.2f}"
        )
    print(f"  {'mean':<16} {'':<22}  J {sum(indices) / len(indices):5.2f}")


def rate(cases: Iterable[Case], found: Found) -> float:
    """Return what share of `cases` is found."""
    hits = [each.category in found.get(each.name, ()) for each in cases]
    return sum(hits) / len(hits) if hits else 0.0


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("checkout", type=Path)
    options.add_argument("--tools", type=Path, metavar="VENV")
    chosen = options.parse_args()
    cases = read_cases(chosen.checkout)
    show("prodwright", cases, ours(chosen.checkout))
    for name, measure in (("bandit", bandit), ("ruff", ruff)):
        program = chosen.tools / "bin" / name if chosen.tools else None
        if program is not None and program.is_file():
            show(name, cases, measure(program, chosen.checkout))
    return 0


if __name__ == "__main__":
    sys.exit(main())
