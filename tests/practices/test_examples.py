"""Each hazard's own examples are its tests; nothing here names a hazard."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from prodwright.analysis import Source, project_of
from prodwright.core.finding import Finding
from prodwright.kit import Example, Hazard, Rewrite
from prodwright.kit.judging import judge, judge_change
from prodwright.kit.rewriting import rewritten
from prodwright.practices import load_hazards, load_practices

FLAG = "  # flagged"
MOST_EXAMPLES = 4


@dataclass(frozen=True)
class Case:
    hazard: Hazard
    example: Example
    number: int

    def __str__(self) -> str:
        return f"{self.hazard.name}-{self.number}"


CASES = [
    Case(hazard, example, number)
    for hazard in load_hazards()
    for number, example in enumerate(hazard.examples)
]
REWRITES = [case for case in CASES if isinstance(case.hazard.repair, Rewrite)]
each_hazard = pytest.mark.parametrize("hazard", load_hazards(), ids=lambda h: h.name)
each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_rewrite = pytest.mark.parametrize("case", REWRITES, ids=str)


def findings(case: Case, files: Mapping[str, str]) -> list[Finding]:
    if case.hazard.check_change is not None:
        before = project_of(case.example.before)
        return judge_change(before, project_of(files), [case.hazard])
    everything = judge(project_of(files), load_hazards())
    return [each for each in everything if each.hazard == case.hazard.name]


def unmarked(files: Mapping[str, str]) -> dict[str, str]:
    return {path: text.replace(FLAG, "") for path, text in files.items()}


def mended(hazard: Hazard, files: Mapping[str, str]) -> dict[str, str]:
    sources = [Source(path=path, text=text) for path, text in files.items()]
    return {each.path: rewritten(each, hazard).text for each in sources}


@each_case
def test_the_check_flags_exactly_the_marked_lines(case: Case) -> None:
    marked = [
        (path, number)
        for path, text in sorted(case.example.bad.items())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.endswith(FLAG)
    ]

    flagged = [(each.path, each.line) for each in findings(case, case.example.bad)]

    assert flagged == marked
    assert marked, "a bad example must flag something"


@each_case
def test_the_check_is_silent_on_good_code(case: Case) -> None:
    assert findings(case, case.example.good) == []


@each_rewrite
def test_the_rewrite_turns_bad_into_good_and_then_rests(case: Case) -> None:
    once = mended(case.hazard, unmarked(case.example.bad))

    assert once == dict(case.example.good)
    assert mended(case.hazard, once) == once
    for text in once.values():
        ast.parse(text)


@each_hazard
def test_a_hazard_is_fully_described(hazard: Hazard) -> None:
    practices = {each.name for each in load_practices()}

    assert hazard.practice in practices
    assert len(hazard.examples) <= MOST_EXAMPLES
    assert hazard.examples or hazard.stage != "static"
    checks = (
        hazard.check,
        hazard.check_project,
        hazard.check_unused,
        hazard.flow,
    )
    assert any(checks) == (hazard.stage == "static")
    assert re.fullmatch(r"[A-Z].*[^.]", hazard.title)
    assert hazard.consequence.endswith(".")
    assert "\n\n" in hazard.guidance, "the guidance says why it hurts"
    assert bool(hazard.subject) == bool(hazard.concerns)
