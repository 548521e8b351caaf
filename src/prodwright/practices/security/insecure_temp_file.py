"""A temporary file with a guessable name can be somebody else's file.

Between choosing the name and opening it another user puts a link there; the
program then overwrites what the link points at, with its own rights.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    loop_around,
    passed,
    text_pieces,
)

EXAMPLES = (
    Example(
        bad="""
            import tempfile


            def report(text):
                path = tempfile.mktemp(suffix=".txt")  # flagged
                with open(path, "w") as file:
                    file.write(text)
                with open("/tmp/report.txt", "w") as file:  # flagged
                    file.write(text)
        """,
        good="""
            import tempfile


            def report(text):
                with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
                    file.write(text)
        """,
    ),
)

_SHARED = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 (what is looked for)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to({"tempfile.mktemp", "open"}):
        name = source.called(call)
        if name == "tempfile.mktemp" and loop_around(source, call) is None:
            yield Site(node=call, message="the name is free now, not when it is opened")
        elif name == "open" and _writes(call) and _is_shared(source, call):
            yield Site(node=call, message="everybody can know and take this name first")


def _writes(call: ast.Call) -> bool:
    mode = constant(passed(call, "mode", 1))
    return isinstance(mode, str) and any(letter in mode for letter in "wa+")


def _is_shared(source: Source, call: ast.Call) -> bool:
    pieces = text_pieces(source, call.args[0]) if call.args else []
    return bool(pieces) and str(pieces[0]).startswith(_SHARED)


REPAIR = Brief(
    summary="Use `tempfile.NamedTemporaryFile`, `mkstemp` or `TemporaryDirectory`, "
    "which create and open in one step"
)

HAZARD = Hazard(
    title="Create temporary files in one step",
    practice="least-privilege",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-377", "CWE-379", "Python docs: tempfile.mktemp"),
)
