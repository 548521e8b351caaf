from __future__ import annotations

import gc
import weakref

from prodwright.analysis import Source
from prodwright.kit.recording import findings_of, recalled, record
from prodwright.practices import find_hazard, load_hazards

CODE = """
import os
from flask import Flask, request

app = Flask(__name__)


@app.get("/a")
def collect(item, seen=[]):  # prodwright: allow mutable-default -- it is meant
    os.system(request.args["x"])
    return seen
"""


def test_no_tree_outlives_its_record() -> None:
    """`review` runs without garbage collection: a cycle would keep every tree."""
    hazards = [each for each in load_hazards() if each.stage == "static"]
    source = Source(path="app.py", text=CODE)
    tree = weakref.ref(source.tree)
    gc.disable()
    try:
        made = record(source, hazards, with_concerns=True)
        del source

        assert tree() is None
    finally:
        gc.enable()
    assert made.findings


def test_what_is_recalled_answers_like_the_file_without_reading_it() -> None:
    hazard = find_hazard("mutable-default")
    source = Source(path="app.py", text=CODE)
    made = record(source, [hazard], with_concerns=False)

    def refuse() -> str:
        raise AssertionError("it was read")

    again = recalled("app.py", made, refuse, lambda: source.lowered)

    assert again.suppressions == source.suppressions
    assert again.imports("flask")
    assert not again.is_test
    assert again.lowered == source.lowered
    (found,) = findings_of("app.py", made, {hazard.name: hazard.practice})
    assert (found.line, found.excerpt[:11]) == (9, "def collect")


def test_a_file_that_does_not_parse_says_why() -> None:
    made = record(Source(path="app.py", text="def f(:"), [], with_concerns=False)

    assert "app.py:1" in made.refused
