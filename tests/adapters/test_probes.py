"""What probes tell counts only when they told it, all of it, in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prodwright.adapters.environments import Environment
from prodwright.adapters.probes import Probing, Reported
from prodwright.adapters.sandbox import Completed, Errand
from tests_support import play_parts

FORGED = json.dumps({"kind": "noticed", "path": "other.py"})


class Scripted:
    """A sandbox in which the parts tell two lines each, and somebody tampers."""

    isolation = "none"

    def __init__(self, tamper: Callable[[Path], object], code: int = 0) -> None:
        self._tamper, self._code = tamper, code

    def run(self, errand: Errand) -> Completed:
        play_parts(errand.folder, '{"n": 1}\n{"n": 2}')
        (report,) = errand.folder.glob(".prodwright-*/report-0.jsonl")
        self._tamper(report)
        return Completed(code=self._code, output="said", timed_out=False)


def told(
    folder: Path, tamper: Callable[[Path], object] = Path.exists, code: int = 0
) -> Reported:
    probing = Probing(
        sandbox=Scripted(tamper, code),  # type: ignore[arg-type]
        environment=Environment(python=Path("/usr/bin/python3"), folders=(), key=""),
        plugin="plugin",
        variable="SETTINGS",
        limit_seconds=1.0,
    )
    return probing.run(folder, ["test_a.py"], {})


def appended(report: Path) -> None:
    with report.open("a") as file:
        file.write(f"{FORGED}\n")


def sealed_by_another_key(report: Path) -> None:
    with report.open("a") as file:
        file.write(f"{'0' * 64} 3 {FORGED}\n")


def said_again(report: Path) -> None:
    with report.open("a") as file:
        file.write(report.read_text().splitlines()[0] + "\n")


def put_first(report: Path) -> None:
    report.write_text(f"{FORGED}\n{report.read_text()}")


def without_a_line(report: Path) -> None:
    lines = report.read_text().splitlines(keepends=True)
    report.write_text("".join(lines[:1] + lines[2:]))


def without_its_end(report: Path) -> None:
    report.write_text("".join(report.read_text().splitlines(keepends=True)[:-1]))


def changed(report: Path) -> None:
    report.write_text(report.read_text().replace('"n": 1', '"n": 3'))


def turned_round(report: Path) -> None:
    report.write_text("".join(reversed(report.read_text().splitlines(keepends=True))))


def test_what_the_parts_tell_is_read(tmp_path: Path) -> None:
    assert told(tmp_path) == Reported(lines=('{"n": 1}', '{"n": 2}'), failure="")


@pytest.mark.parametrize(
    "tamper",
    [
        appended,
        sealed_by_another_key,
        said_again,
        put_first,
        without_a_line,
        without_its_end,
        changed,
        turned_round,
        Path.unlink,
    ],
    ids=lambda each: each.__name__,
)
def test_a_report_that_somebody_tampered_with_shows_nothing(
    tmp_path: Path, tamper: Callable[[Path], object]
) -> None:
    found = told(tmp_path, tamper)

    assert "a report is not whole, or not ours" in found.failure
    assert set(found.lines) <= {'{"n": 1}', '{"n": 2}'}


def test_a_run_that_breaks_down_shows_nothing(tmp_path: Path) -> None:
    assert told(tmp_path, code=3).failure == "said"
