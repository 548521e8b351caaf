"""What is skipped because nothing can be found there would not have been found."""

from __future__ import annotations

import ast
import marshal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.practices.test_any_file import SHAPES
from tests.practices.test_cases import CASES

from prodwright.analysis import Source
from prodwright.core.errors import UnreadableSource
from prodwright.kit import Hazard, Severity, Site
from prodwright.kit.triggers import triggers_of
from prodwright.practices import hazards_of, load_hazards, sketched

_LEAST_SKIPPED = 60  # of the hazards with a check, over all files; else nothing is won


@pytest.fixture(scope="module")
def sketches() -> tuple[Hazard, ...]:
    """As they come from the disk: marshalled, and read again."""
    return hazards_of(marshal.loads(marshal.dumps(sketched())))  # noqa: S302


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Every example, good and bad, of every hazard, every edge case, and odd files."""
    texts = {(each.path, each.code) for each in CASES}
    texts |= {("example.py", shape) for shape in SHAPES.values()}
    for hazard in load_hazards():
        for example in hazard.examples:
            for files in (example.bad, example.good, example.before):
                texts |= set(files.items())
    return [source for source in map(_source, sorted(texts)) if _is_read(source)]


def _source(told: tuple[str, str]) -> Source:
    return Source(path=told[0], text=told[1])


def _is_read(source: Source) -> bool:
    if not source.path.endswith(".py"):
        return False
    try:
        return bool(source.tree)
    except UnreadableSource:
        return False


def test_what_is_skipped_would_not_have_been_found(
    sketches: tuple[Hazard, ...], sources: list[Source]
) -> None:
    skipped = 0
    for whole, sketch in zip(load_hazards(), sketches, strict=True):
        if whole.check is None or sketch.triggers is None:
            continue
        idle = [each for each in sources if sketch.triggers.isdisjoint(each.standing)]
        skipped += len(idle) > 0
        assert [s.path for s in idle if list(whole.check(s))] == [], whole.name

    assert skipped >= _LEAST_SKIPPED


def test_a_sketch_says_what_the_hazard_says(sketches: tuple[Hazard, ...]) -> None:
    for whole, sketch in zip(load_hazards(), sketches, strict=True):
        for name in Hazard.__dataclass_fields__:
            said, known = getattr(whole, name), getattr(sketch, name)
            if name in ("gathers", "triggers"):
                continue
            if callable(said):
                assert callable(known), (whole.name, name)
            elif name in ("examples", "repair"):
                assert type(known) is type(said), (whole.name, name)
            else:
                assert known == said, (whole.name, name)
        assert len(sketch.gathers) == len(whole.gathers)


def test_a_sketch_does_what_the_hazard_does(sketches: tuple[Hazard, ...]) -> None:
    sketch = next(each for each in sketches if each.name == "bare-except")
    source = Source(path="a.py", text="try:\n    a()\nexcept:\n    pass\n")

    assert sketch.check is not None
    assert [each.node.lineno for each in sketch.check(source)] == [3]


def test_drawing_imports_no_hazard() -> None:
    code = (
        "import sys\n"
        "from prodwright.practices import hazards_of\n"
        f"drawn = hazards_of({sketched()!r})\n"
        "print(len(drawn), 'prodwright.practices.errors.bare_except' in sys.modules)\n"
    )
    told = subprocess.run(
        [sys.executable, "-"], input=code, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [str(len(load_hazards())), "False"]


def _asks_kinds(source: Source) -> Iterator[Site]:
    if source.imports("os") and source.calls_by_word("go"):
        for call in source.calls_to({"os.system"}):
            yield Site(node=call, message="")
    for node in source.nodes(ast.Assert):
        yield Site(node=node, message="")


def _asks_text(source: Source) -> Iterator[Site]:
    if "x" in source.text:
        yield Site(node=ast.Pass(lineno=1), message="", severity=Severity.NOTE)


def test_a_check_that_asks_for_more_than_nodes_is_run_everywhere() -> None:
    assert triggers_of(_asks_text) is None


def test_a_check_that_finds_something_in_nothing_is_run_everywhere() -> None:
    assert triggers_of(lambda source: [Site(node=ast.Pass(), message="")]) is None


def test_each_question_of_a_check_is_a_trigger_until_one_is_answered() -> None:
    found = triggers_of(_asks_kinds)

    assert found == {"Assert", "os"}
    assert not found.isdisjoint(Source(path="a.py", text="import os.path\n").standing)
    assert not found.isdisjoint(Source(path="a.py", text="assert a\n").standing)
    assert found.isdisjoint(Source(path="a.py", text="import sys\nos.go()\n").standing)
