"""A promise that no test holds, planted beside one that a test does."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.adapters.mutant_runs import NOTICED, SURVIVED, UNTESTED, Told
from prodwright.gate.dynamic.ground import Plot

CODE = """
def promised(amount):
    if amount > 10:
        return amount - 1
    return amount


def held(amount):
    return amount + 2


def forgotten(amount):
    return amount
"""
TESTS = """
import importlib.util
from pathlib import Path

place = Path(__file__).with_name("{code}.py")
spec = importlib.util.spec_from_file_location("{code}", place)
code = importlib.util.module_from_spec(spec)
spec.loader.exec_module(code)


def test_{name}():
    assert code.promised(1) == 1
    assert code.held(3) == 5
"""
# What must be seen of each function, and what of it would be wrong.
EXPECTED = {
    "promised": (SURVIVED, UNTESTED),
    "held": (NOTICED, SURVIVED),
    "forgotten": (UNTESTED, SURVIVED),
}


def missed(plot: Plot, every: Iterable[Told]) -> tuple[str, ...]:
    """Return the functions of which something wrong is told."""
    seen: dict[str, set[str]] = {}
    for each in every:
        if each.path == plot.code:
            seen.setdefault(each.function, set()).add(each.kind)
    return tuple(
        name
        for name, (wanted, wrong) in EXPECTED.items()
        if wanted not in seen.get(name, ()) or wrong in seen.get(name, ())
    )
