"""Rewrites are held to account, and only the guilty one is taken back."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from prodwright.analysis import Source
from prodwright.engineer.codemods import Codemods, Original, encode
from prodwright.kit import Rewrite
from prodwright.practices import find_hazard, load_hazards

BAD = """def collect(item, seen=[]):
    seen.append(item)
    return seen


def price(fetch):
    try:
        return fetch()
    except:
        return None
"""


def original(path: str, text: str) -> Original:
    return Original(source=Source(path=path, text=text), content=text.encode())


def codemods(*originals: Original, guilty: str = "") -> Codemods:
    """Return codemods whose project breaks when `guilty` appears in a file."""

    def passes(files: Mapping[str, bytes]) -> bool:
        return not guilty or not any(guilty.encode() in each for each in files.values())

    names = ("mutable-default", "bare-except")
    hazards = tuple(find_hazard(name) for name in names)
    return Codemods(hazards=hazards, originals=originals, passes=passes)


def test_each_hazard_is_a_step_of_its_own() -> None:
    proposal = codemods(original("a.py", BAD)).write()

    assert [step.title for step in proposal.steps] == [
        "Create mutable defaults inside the function",
        "Let the signals to stop pass through",
    ]
    assert b"except Exception:" not in proposal.steps[0].files["a.py"]
    assert b"except Exception:" in proposal.steps[1].files["a.py"]


def test_only_the_guilty_rewrite_is_taken_back_and_named() -> None:
    files = [original(name, BAD) for name in ("a.py", "b.py", "c.py")]
    files[1] = original("b.py", BAD.replace("price", "guilty_price"))

    proposal = codemods(*files, guilty="if seen is None").write()

    assert len(proposal.dropped) == 3
    assert all("the project's tests failed" in each for each in proposal.dropped)
    assert [set(step.files) for step in proposal.steps] == [{"a.py", "b.py", "c.py"}]
    assert b"seen=[]" in proposal.steps[0].files["a.py"]


def test_when_one_file_breaks_the_others_are_still_mended() -> None:
    marked = BAD.replace("seen", "remembered")
    files = [original("a.py", BAD), original("b.py", marked)]

    proposal = codemods(*files, guilty="if remembered is None").write()

    assert proposal.dropped == ("mutable-default in b.py: the project's tests failed",)
    assert set(proposal.steps[0].files) == {"a.py"}
    assert set(proposal.steps[1].files) == {"a.py", "b.py"}


def test_nothing_to_mend_is_no_step() -> None:
    assert codemods(original("a.py", "x = 1\n")).write().steps == ()


def test_line_ends_and_encodings_are_kept() -> None:
    text = "# coding: latin-1\r\nname = 'é'\r\ndef a(x=[]):\r\n    return x\r\n"
    content = text.encode("latin-1")
    file = Original(source=Source(path="a.py", text=text), content=content)

    written = codemods(file).write().steps[0].files["a.py"]

    assert written.startswith(b"# coding: latin-1\r\nname = '\xe9'\r\n")
    assert b"\n" not in written.replace(b"\r\n", b"")


def test_a_byte_order_mark_is_kept() -> None:
    assert encode("x = 1\n", b"\xef\xbb\xbfx = 2\n") == b"\xef\xbb\xbfx = 1\n"


def test_every_rewrite_together_leaves_all_examples_parsing() -> None:
    hazards = tuple(each for each in load_hazards() if isinstance(each.repair, Rewrite))
    texts = {
        f"{hazard.name}_{number}.py".replace("-", "_"): text
        for hazard in hazards
        for number, example in enumerate(hazard.examples)
        for text in example.bad.values()
    }
    files = tuple(original(path, text) for path, text in texts.items())

    proposal = Codemods(
        hazards=hazards, originals=files, passes=lambda files: True
    ).write()

    assert len(proposal.steps) >= 12
    for step in proposal.steps:
        for content in step.files.values():
            ast.parse(content)
