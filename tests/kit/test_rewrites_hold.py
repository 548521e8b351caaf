"""Every rewrite, on code nobody wrote for it: the standard library and mixtures.

What parses before a rewrite parses after it; a second run changes nothing; and
no place is left that the rewrite would mend again.
"""

from __future__ import annotations

import ast
import os
import sysconfig
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from textwrap import indent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prodwright.analysis import Source
from prodwright.core.errors import UnreadableSource
from prodwright.kit import Hazard, Rewrite
from prodwright.kit.judging import sites_in
from prodwright.kit.rewriting import rewritten
from prodwright.practices import load_hazards

REWRITES = [each for each in load_hazards() if isinstance(each.repair, Rewrite)]
REWRITES_TRIED = int(os.environ.get("PRODWRIGHT_CORPUS_REWRITES", "25"))
SEED = int(os.environ.get("PRODWRIGHT_CORPUS_SEED", "1"))
MOST_BYTES = 20_000  # libcst takes a second for each 100 kB
# What stands before the code, how far the code is indented, what follows it.
AROUND = (
    ("", 0, ""),
    ("def outer():\n    'Docs.'\n", 4, "    return 1\n"),
    ("class Outer:\n    def method(self):\n        if self:\n", 12, ""),
    ("if done:\n    pass\nelse:\n", 4, ""),
    ("try:\n", 4, "finally:\n    done = 1\n"),
)


def library_sources() -> Iterator[Source]:
    root = Path(sysconfig.get_path("stdlib"))
    files = [
        path
        for path in sorted(root.rglob("*.py"))
        if not {"site-packages", "lib2to3", "test", "idlelib"}.intersection(path.parts)
        and path.stat().st_size < MOST_BYTES
    ]
    Random(SEED).shuffle(files)  # noqa: S311
    for path in files:
        name = path.relative_to(root).as_posix()
        source = Source(path=name, text=path.read_text("utf-8"))
        if parses(source):
            yield source


def mendable() -> Iterator[tuple[Source, Hazard]]:
    for source in library_sources():
        for hazard in REWRITES:
            if sites_in(source, hazard):
                yield source, hazard


def assert_holds(source: Source, hazard: Hazard) -> None:
    once = rewritten(source, hazard)
    ast.parse(once.text)
    assert rewritten(once, hazard).text == once.text, f"{hazard.name}: {source.path}"


def parses(source: Source) -> bool:
    try:
        return bool(source.tree)
    except UnreadableSource:
        return False


@pytest.mark.slow
def test_rewrites_hold_on_the_standard_library() -> None:
    tried = list(islice(mendable(), REWRITES_TRIED))

    assert len(tried) == REWRITES_TRIED
    for source, hazard in tried:
        assert_holds(source, hazard)


BAD_CODE = [
    code
    for hazard in REWRITES
    for example in hazard.examples
    for code in example.bad.values()
]


def nested(code: str, around: tuple[str, int, str]) -> str:
    before, depth, after = around
    return before + indent(code, " " * depth) + "\n" + after


@st.composite
def mixtures(draw: st.DrawFn) -> str:
    """Bad examples of several hazards, one after another and one inside another."""
    code = "\n".join(draw(st.lists(st.sampled_from(BAD_CODE), min_size=1, max_size=3)))
    for around in draw(st.lists(st.sampled_from(AROUND), max_size=2)):
        code = nested(code, around)
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    return code.replace("  # flagged", "").replace("\n", ends)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=mixtures(), hazard=st.sampled_from(REWRITES))
def test_rewrites_hold_on_any_mixture(text: str, hazard: Hazard) -> None:
    source = Source(path="example.py", text=text)

    if parses(source):
        assert_holds(source, hazard)


def test_mixtures_do_parse_and_reach_the_rewrites() -> None:
    reached = set()
    for around in AROUND:
        for code in BAD_CODE:
            source = Source(path="example.py", text=nested(code, around))
            assert parses(source)
            reached |= {each.name for each in REWRITES if sites_in(source, each)}

    assert len(reached) > len(REWRITES) * 3 // 4
