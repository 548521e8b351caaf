"""A pytest plugin: records which test executes what, then changes it and asks again."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.children import in_child
from prodwright.probes.mutants.changes import mutants_of
from prodwright.probes.sealing import Report, taken_settings

_RECORDING_SECONDS = 120.0
_RECORDING_SHARE = 0.5  # of the time; the rest is for the mutants
_LEAST_SECONDS = 2.0
_SLOWDOWN = 10.0
_SETTINGS = "PRODWRIGHT_MUTANTS_SETTINGS"
_TOLD = pytest.StashKey[dict[str, Any] | None]()
Place = tuple[str, str, int]


@dataclass(slots=True)
class Recorded:
    """One test that passes.

    Attributes:
        item: The test.
        seconds: How long it takes.
        executed: Functions under test that it runs.
    """

    item: pytest.Item
    seconds: float
    executed: set[Place] = field(default_factory=set)


class MutantRun:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (files under test, absolute), `lines` (by such a file,
            those that may be changed; empty: all), `first` (the file under test and
            the test file that come before all others), `report` and its `key`,
            `deadline_seconds`, `most` (mutants of one function), `part` and `parts`.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._root = settings["root"]
        self._lines = {path: set(told) for path, told in settings["lines"].items()}
        # In the order in which they have time.
        self._code = {path: number for number, path in enumerate(settings["code"])}
        self._report = Report(settings["report"], settings.get("key", ""))
        self._most = int(settings["most"])
        self._first_code, self._first_tests = settings.get("first", ("", ""))
        seconds = float(settings["deadline_seconds"])
        self._ends_at = time.monotonic() + seconds
        self._recording_ends_at = time.monotonic() + seconds * _RECORDING_SHARE
        self._is_recorded = True
        self._part, self._parts = int(settings["part"]), int(settings["parts"])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of tests that cannot even be loaded: their silence shows nothing."""
        if report.failed:
            self._tell(kind="test", test=report.nodeid, why="it cannot be loaded")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Record every test, then try the mutants; first of all those of the gate.

        A control that the time ran out for would prove nothing.
        """
        own = [e for e in session.items if str(e.path) == self._first_tests]
        recorded = list(self._recorded(own))
        self._try_those(recorded, first=True)
        others = [each for each in session.items if each not in own]
        self._try_those([*recorded, *self._recorded(others)], first=False)
        return True

    def _try_those(self, recorded: list[Recorded], *, first: bool) -> None:
        functions = self._functions()
        ordered = sorted(functions, key=lambda each: (self._code[each[0]], each))
        chosen = [e for e in ordered if (e[0] == self._first_code) is first]
        for number, place in enumerate(chosen):
            if number % self._parts == self._part:
                self._try(place, functions[place], recorded)

    def pytest_sessionfinish(self) -> None:
        """Say that this was all."""
        self._report.end()

    def _tell(self, **entry: Any) -> None:
        self._report.tell(entry)

    def _recorded(self, items: list[pytest.Item]) -> Iterator[Recorded]:
        """Yield the tests that pass twice; whoever does not always is no witness."""
        for item in items:
            if time.monotonic() > self._recording_ends_at:
                self._is_recorded = False
                self._tell(kind="test", test=item.nodeid, why="the time ran out")
                continue
            started = time.monotonic()
            first = in_child(partial(self._record, item), _RECORDING_SECONDS)
            seconds = time.monotonic() - started
            if first is None or not first["passed"]:
                self._tell(kind="test", test=item.nodeid, why="it does not pass")
                continue
            again = in_child(partial(_passes, item), _RECORDING_SECONDS)
            if again is None or not again["passed"]:
                self._tell(kind="test", test=item.nodeid, why="it does not always pass")
                continue
            executed = {(path, name, line) for path, name, line in first["executed"]}
            yield Recorded(item, seconds, executed)

    def _record(self, item: pytest.Item) -> dict[str, Any]:
        executed: dict[Place, None] = {}

        def note(frame: FrameType, event: str, _: object) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename in self._code:
                executed[(code.co_filename, code.co_name, code.co_firstlineno)] = None

        threading.setprofile(note)
        sys.setprofile(note)
        try:
            outcome = _passes(item)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        return {**outcome, "executed": [list(each) for each in executed]}

    def _functions(self) -> dict[Place, list[FunctionType]]:
        found: dict[Place, list[FunctionType]] = {}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and self._concerns(each.__code__):
                code = each.__code__
                place = (code.co_filename, code.co_name, code.co_firstlineno)
                found.setdefault(place, []).append(each)
        return found

    def _concerns(self, code: CodeType) -> bool:
        if code.co_filename not in self._code or code.co_name.startswith("<"):
            return False
        lines = self._lines.get(code.co_filename)
        if not self._lines:
            return True
        own = {line for _, _, line in code.co_lines() if line}
        return bool(lines and own & lines)

    def _try(
        self, place: Place, functions: list[FunctionType], recorded: list[Recorded]
    ) -> None:
        path = os.path.relpath(place[0], self._root)
        told = {"path": path, "function": place[1], "line": place[2]}
        witnesses = sorted(
            (each for each in recorded if place in each.executed),
            key=lambda each: each.seconds,
        )
        if not witnesses:
            # Tests that were not recorded may execute it.
            self._tell(kind="untested" if self._is_recorded else "left", **told)
            return
        text = Path(place[0]).read_text("utf-8")
        lines = self._lines.get(place[0], set())
        mutants = mutants_of(text, functions[0].__code__, lines)
        for tried, (what, line, code) in enumerate(mutants):
            if tried >= self._most or time.monotonic() > self._ends_at:
                self._tell(kind="left", **told)
                return
            noticed = self._is_noticed(functions, code, witnesses)
            if not noticed and not self._is_recorded:
                self._tell(kind="left", **told)  # others may notice
                continue
            kind = "noticed" if noticed else "survived"
            entry = {**told, "line": line, "what": what, "tests": len(witnesses)}
            self._tell(kind=kind, **entry)

    def _is_noticed(
        self, functions: list[FunctionType], code: CodeType, witnesses: list[Recorded]
    ) -> bool:
        for each in witnesses:
            limit = max(_LEAST_SECONDS, each.seconds * _SLOWDOWN)
            answer = in_child(partial(_changed, each.item, functions, code), limit)
            if answer is None or not answer["passed"]:
                return True  # it fails, dies, or does not end any more
        return False


def _changed(
    item: pytest.Item, functions: list[FunctionType], code: CodeType
) -> dict[str, Any]:
    for each in functions:
        each.__code__ = code
    return _passes(item)


def _passes(item: pytest.Item) -> dict[str, Any]:
    reports = runtestprotocol(item, log=False, nextitem=None)
    return {"passed": not any(each.failed or each.skipped for each in reports)}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away before any file of the project is imported."""
    early_config.stash[_TOLD] = taken_settings(_SETTINGS)


def pytest_configure(config: pytest.Config) -> None:
    """Begin when the gate asks for it."""
    settings = config.stash.get(_TOLD, None)
    if settings is not None:
        config.pluginmanager.register(MutantRun(settings), "prodwright-mutants")
