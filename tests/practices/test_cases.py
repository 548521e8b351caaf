"""Edge cases that stand in `cases/<hazard>.md`; nothing here names a hazard.

Sections of such a file: `## Flagged` (marked lines are found), `## Silent`
(nothing is found), `## Rewritten` (two halves around `# becomes`) and `## Kept`
(marked lines are found, and the rewrite leaves them alone). A fence may name
the path that the code is to stand at: ```python settings.py```.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prodwright.analysis import Project, Source
from prodwright.kit import Rewrite
from prodwright.kit.judging import judge
from prodwright.kit.rewriting import rewritten
from prodwright.practices import find_hazard, load_hazards

FLAG = "  # flagged"
BECOMES = "# becomes\n"
CASES_FOLDER = Path(__file__).parent / "cases"
_SECTION = re.compile(r"^## (\w+)$(.*?)(?=^## |\Z)", re.M | re.S)
_FENCE = re.compile(r"^```python ?(\S*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Case:
    hazard: str
    kind: str
    path: str
    code: str
    number: int

    def __str__(self) -> str:
        return f"{self.hazard}-{self.kind}-{self.number}"


def read_cases() -> Iterator[Case]:
    for file in sorted(CASES_FOLDER.glob("*.md")):
        for kind, section in _SECTION.findall(file.read_text()):
            for number, (path, code) in enumerate(_FENCE.findall(section)):
                at = path or "example.py"
                yield Case(file.stem, kind.lower(), at, code, number)


CASES = list(read_cases())


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    chosen = [each for each in CASES if each.kind in kinds]
    return pytest.mark.parametrize("case", chosen, ids=str)


def lines_found(case: Case) -> list[int]:
    source = Source(path=case.path, text=case.code)
    found = judge(Project(sources=(source,)), load_hazards())
    return sorted({each.line for each in found if each.hazard == case.hazard})


def mended(case: Case, code: str) -> str:
    hazard = find_hazard(case.hazard)
    assert isinstance(hazard.repair, Rewrite)
    return rewritten(Source(path=case.path, text=code), hazard).text


def test_every_section_is_of_a_known_kind() -> None:
    kinds = {each.kind for each in CASES}

    assert kinds <= {"flagged", "silent", "rewritten", "kept"}


@of_kind("flagged", "kept")
def test_marked_lines_are_found(case: Case) -> None:
    lines = case.code.splitlines()
    marked = [at for at, line in enumerate(lines, start=1) if line.endswith(FLAG)]

    assert lines_found(case) == marked
    assert marked


@of_kind("silent")
def test_nothing_is_found(case: Case) -> None:
    assert lines_found(case) == []


@of_kind("rewritten")
def test_the_first_half_becomes_the_second(case: Case) -> None:
    before, _, after = case.code.partition(BECOMES)

    once = mended(case, before.rstrip() + "\n")

    assert once == after.lstrip()
    assert mended(case, once) == once
    ast.parse(once)


@of_kind("kept")
def test_what_cannot_be_mended_with_certainty_stays(case: Case) -> None:
    code = case.code.replace(FLAG, "")

    assert mended(case, code) == code
