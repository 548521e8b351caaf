"""What `pytest --prodwright-faults` finds in a folder of small programs, good and bad.

    python benchmarks/fault_corpus.py FOLDER [--python PYTHON]

Each program is a folder with its tests; `expected.json` beside them says for each which
kinds of finding are right (one of them must be found), or none for a good one, on which
any strong or medium finding is a false alarm. The last lines say what was found, missed
and false, and how long it took.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# What the corpus calls some kinds otherwise.
_SAME = {"timeout-too-long": "long-timeout", "raw-infra-error": "raw-error"}


def main() -> int:
    """Run all programs; return 1 when anything was missed or false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", default="", help="programs whose name has this in it")
    parser.add_argument("-v", "--verbose", action="store_true")
    asked = parser.parse_args()
    expected = json.loads((asked.folder / "expected.json").read_text("utf-8"))
    names = [each for each in expected if asked.only in each]
    started = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        runs = list(
            pool.map(lambda e: _explored(asked.folder / e, asked.python), names)
        )
    wrong = 0
    for name, tests in zip(names, runs, strict=True):
        wrong += _judge(name, expected[name], tests, verbose=asked.verbose)
    bad = sum(bool(expected[each]) for each in names)
    faults = sum(each["runs"] for tests in runs for each in tests)
    cpu = sum(each["cpu_seconds"] for tests in runs for each in tests)
    tests_run = sum(len(tests) for tests in runs)
    print(f"{len(names)} programs, {bad} bad; {wrong} missed or false")
    print(
        f"{faults} injected runs of {tests_run} tests, "
        f"{1000 * cpu / max(faults, 1):.0f} ms CPU each, "
        f"{time.monotonic() - started:.0f} s in all"
    )
    return int(wrong > 0)


def _explored(folder: Path, python: str) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.name
        shutil.copytree(folder, copy)
        report = Path(place) / "report.jsonl"
        command = [
            python,
            "-W",
            "ignore",
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
        ]
        command += ["--prodwright-faults", f"--prodwright-report={report}", "."]
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
        if not report.is_file():
            print(done.stdout[-3000:], done.stderr[-2000:])
            return []
        return _by_test(report)


def _by_test(report: Path) -> list[dict[str, Any]]:
    """A test that was gone back to is told of twice."""
    tests: dict[str, dict[str, Any]] = {}
    for line in report.read_text("utf-8").splitlines():
        told = json.loads(line)
        known = tests.get(told["test"])
        if known is not None:
            told["sightings"] = [*known["sightings"], *told["sightings"]]
        tests[told["test"]] = told
    return list(tests.values())


def _judge(
    name: str, expected: list[str], tests: list[dict[str, Any]], *, verbose: bool
) -> int:
    right = {each.replace("_", "-") for each in expected}
    right = {_SAME.get(each, each) for each in right}
    seen = [each for test in tests for each in test["sightings"]]
    told = {each["kind"] for each in seen if each["level"] != "weak"}
    states = {test["state"] for test in tests} - {"explored"}
    verdict = "found" if told & right else "MISSED"
    if not right:
        verdict = "FALSE ALARM" if told else "silent"
    if not tests or (states and verdict == "silent"):
        verdict = "NOT RUN"
    print(f"{verdict:12} {name:28} {', '.join(sorted(told))} {' '.join(states)}")
    if verbose or verdict in ("MISSED", "FALSE ALARM", "NOT RUN"):
        for each in seen:
            where = f"{each['path']}:{each['line']}"
            level, kind, says = each["level"], each["kind"], each["says"]
            print(f"    {level:6} {kind} {where} {says} [{each['fault']}]")
        for test in tests:
            print(f"    {test['test']}: {test['state']} {test['why']} {test['runs']}")
    return verdict in ("MISSED", "FALSE ALARM", "NOT RUN")


if __name__ == "__main__":
    sys.exit(main())
