"""What experiments tried last is told while they run, and nothing else is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from prodwright.adapters.report_watch import Watched
from prodwright.adapters.sandbox import Completed, Errand

Step = Callable[[Path], object]


class Scripted:
    """A sandbox that does one step after the other, and is looked at after each."""

    isolation = "none"
    opens_hosts = False

    def __init__(self, *steps: Step) -> None:
        self.steps = steps

    def run(self, errand: Errand) -> Completed:
        assert errand.watch is not None
        for step in self.steps:
            step(errand.folder)
            errand.watch()
        return Completed(code=0, output="", timed_out=False)


def reported(name: str, *lines: str) -> Step:
    def write(folder: Path) -> None:
        (folder / ".prodwright-1").mkdir(exist_ok=True)
        with (folder / ".prodwright-1" / name).open("a") as file:
            file.write("".join(lines))

    return write


def told(folder: Path, *steps: Step) -> list[str]:
    said: list[str] = []
    watched = Watched(Scripted(*steps), said.append, pause_seconds=0.0)
    errand = Errand(command=("true",), folder=folder, timeout_seconds=1.0)
    watched.run(errand)
    return said


def test_what_is_new_is_told_with_how_much_there_was(tmp_path: Path) -> None:
    first = reported("report-0.jsonl", 'seal 0 {"test": "a::b"}\n')
    more = reported("report-1.jsonl", '{"path": "m.py"}\n', '{"test": "c::d"}\n')

    said = told(tmp_path, first, lambda _: None, more)

    assert said == ["1 done, last: a::b", "3 done, last: c::d"]


def test_half_a_line_is_told_when_it_is_whole(tmp_path: Path) -> None:
    half = reported("report-0.jsonl", '{"test": ')

    assert told(tmp_path, half, reported("report-0.jsonl", '"t"}\n')) == [
        "1 done, last: t"
    ]


def test_nothing_steers_the_terminal_or_takes_a_line_of_it(tmp_path: Path) -> None:
    long = "x" * 500
    line = f'{{"test": "\\u001b[2J\\n{long}"}}\n'

    [said] = told(tmp_path, reported("report-0.jsonl", line))

    assert said == f"1 done, last: {long[:70]}"


def test_what_is_no_report_is_passed_over(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text('{"test": "password"}\n')

    def hostile(folder: Path) -> None:
        place = folder / ".prodwright-1"
        place.mkdir()
        (place / "report-0.jsonl").symlink_to(secret)
        os.mkfifo(place / "report-1.jsonl")
        (place / "report-2.jsonl").write_bytes(b"\xff{[\n{}\n[1]\nnull\n" + b"{" * 99)

    assert told(tmp_path, hostile) == []


def test_looks_are_no_oftener_than_asked_for(tmp_path: Path) -> None:
    said: list[str] = []
    step = reported("report-0.jsonl", '{"test": "t"}\n')
    errand = Errand(command=("true",), folder=tmp_path, timeout_seconds=1.0)

    Watched(Scripted(step), said.append).run(errand)

    assert said == []
