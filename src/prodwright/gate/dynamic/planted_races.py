"""Races planted beside the project's code, and their sound twins."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.adapters.race_runs import ExploredPair
from prodwright.gate.dynamic.ground import Plot

CODE = """
import asyncio
import os
import threading


class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def loses(self):
        self.count += 1

    def keeps(self):
        with self.lock:
            self.count += 1


class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 9


def waits_in_a_ring(source, target):
    with source.lock:
        with target.lock:
            source.balance -= 1
            target.balance += 1


def claims_twice(path):
    if os.path.exists(path):
        return False
    with open(path, "w") as file:
        file.write("mine")
    return True


class Pool:
    def __init__(self):
        self.free = 1

    async def oversells(self):
        if self.free < 1:
            raise RuntimeError("nothing is left")
        await asyncio.sleep(0)
        self.free -= 1
"""
TESTS = """
import asyncio
import importlib.util
from pathlib import Path

place = Path(__file__).with_name("{code}.py")
spec = importlib.util.spec_from_file_location("{code}", place)
code = importlib.util.module_from_spec(spec)
spec.loader.exec_module(code)


def test_{name}_loses():
    code.Counter().loses()


def test_{name}_keeps():
    code.Counter().keeps()


def test_{name}_waits_in_a_ring():
    code.waits_in_a_ring(code.Account(), code.Account())


def test_{name}_claims_twice(tmp_path):
    assert code.claims_twice(str(tmp_path / "claim"))


def test_{name}_oversells():
    asyncio.run(code.Pool().oversells())
"""
RACES = {
    "loses": "race",
    "waits_in_a_ring": "deadlock",
    "claims_twice": "race",
    "oversells": "race",
}
SOUND = "keeps"


def missed(plot: Plot, explored: Iterable[ExploredPair]) -> tuple[str, ...]:
    """Return the defects that nobody saw, and the sound one if it was blamed."""
    seen: dict[str, set[str]] = {}
    for each in explored:
        if plot.is_of(each.test):
            name = each.test.rpartition("::")[2].split("_", 2)[-1]
            seen.setdefault(name, set()).add(each.verdict)
    unseen = [name for name, kind in RACES.items() if kind not in seen.get(name, ())]
    blamed = {"race", "deadlock"} & seen.get(SOUND, set())
    return (*unseen, *([SOUND] if blamed else []))
