"""The red-first plugin's parts run as one errand, and its reports are not trusted."""

from __future__ import annotations

from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.red_first_runs import MutantVerdict, RedFirst
from prodwright.adapters.sandbox import Completed, Errand
from tests_support import play_parts


class Scripted:
    """A sandbox in which foreign code writes what it likes."""

    isolation = "none"

    def __init__(self, *reports: str) -> None:
        self.errands: list[Errand] = []
        self._reports = reports

    def run(self, errand: Errand) -> Completed:
        self.errands.append(errand)
        play_parts(errand.folder, *self._reports)
        return Completed(code=0, output="", timed_out=False)


def runner(sandbox: Scripted) -> RedFirst:
    return RedFirst(
        sandbox=sandbox,
        environment=Environment(python=Path("/usr/bin/python3"), folders=(), key=""),
        mutants_per_test=1,
        deadline_seconds=1.0,
    )


def test_all_parts_are_one_errand(tmp_path: Path) -> None:
    red = '{"test": "a", "verdict": "red", "module": "m.py"}\n'
    sandbox = Scripted(red + '{"test": "b", "verdict": "green", "tried": 3}\n')

    verdicts, failure = runner(sandbox).run(tmp_path, ["test_a.py"], ["m.py"])

    assert len(sandbox.errands) == 1
    assert failure == ""
    assert verdicts == [
        MutantVerdict(test="a", verdict="red", module="m.py"),
        MutantVerdict(test="b", verdict="green", tried=3),
    ]


def test_lines_that_are_no_verdicts_are_passed_over(tmp_path: Path) -> None:
    text = 'garbage\n[1]\n"x"\n{}\n{"test": "a", "verdict": "red", "tried": "x"}\n'

    verdicts, _ = runner(Scripted(text)).run(tmp_path, ["test_a.py"], [])

    assert verdicts == []
