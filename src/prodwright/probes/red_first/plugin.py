"""A pytest plugin: runs each test in forked children, against mutants.

The first child records which functions of the code under test are executed;
each further child runs the same test with one thing changed. A test that
notices no change is never red.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.children import in_child
from prodwright.probes.mutants.changes import mutants_of
from prodwright.probes.red_first.turns import Replayed, in_turns
from prodwright.probes.red_first.values import value_mutants
from prodwright.probes.sealing import Report, taken_settings

_RECORDING_SECONDS = 300.0
_LEAST_SECONDS = 5.0
_SLOWDOWN = 10.0
_SECONDS_PER_TEST = 20.0
_LEAST_TRIES = 3  # for one more case of a test whose others were not red
_MOST_PROVEN = 4  # changes that others noticed, before those that nobody tried
_SETTINGS = "PRODWRIGHT_RED_FIRST_SETTINGS"
_TOLD = pytest.StashKey[dict[str, Any] | None]()
_BROKEN: dict[str, Any] = {"passed": False, "why": "the child hung or crashed"}
Place = tuple[str, str, int]
Mutant = tuple[str, str, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One test that is tried.

    Attributes:
        item: The test.
        limit_seconds: For one run of it.
        most: Changes on which it is tried.
    """

    item: pytest.Item
    limit_seconds: float
    most: int


class RedFirst:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (files under test), `report` and its `key`,
            `mutants` (the most per test), `deadline_seconds` for everything, `part`
            and `parts` for dividing tests among processes.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._code = frozenset(settings["code"])
        self._root = settings["root"]
        self._report = Report(settings["report"], settings.get("key", ""))
        self._most_mutants = int(settings["mutants"])
        self._ends_at = time.monotonic() + float(settings["deadline_seconds"])
        self._part, self._parts = int(settings["part"]), int(settings["parts"])
        self._executed_by: dict[Place, int] = {}
        self._live: dict[Place, list[FunctionType]] = {}
        self._compiled: dict[Place, Replayed] = {}
        self._numbers: dict[str, int] = {}
        self._tries: Counter[str] = Counter()
        self._shown: set[str] = set()
        self._proven: list[tuple[Place, Mutant]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Judge one test instead of running it."""
        function = item.nodeid.partition("[")[0]
        number = self._numbers.setdefault(function, len(self._numbers))
        self._functions()
        if number % self._parts == self._part:
            # One case that can be red shows that the test can.
            alike: dict[str, Any] = {"verdict": "alike"}
            told = alike if function in self._shown else self._judge(item, function)
            if told["verdict"] == "red":
                self._shown.add(function)
            self._tries[function] += told.get("tried", 0)
            self._report.tell({"test": item.nodeid, **told})
        return True

    def pytest_sessionfinish(self) -> None:
        """Say that this was all."""
        self._report.end()

    def _judge(self, item: pytest.Item, function: str) -> dict[str, Any]:
        if time.monotonic() > self._ends_at:
            return {"verdict": "unjudged", "why": "the time ran out"}
        started = time.monotonic()
        base = in_child(lambda: self._recorded(item), _RECORDING_SECONDS) or _BROKEN
        limit = max(_LEAST_SECONDS, (time.monotonic() - started) * _SLOWDOWN)
        if base.get("skipped"):
            return {"verdict": "skipped"}
        if not base.get("passed"):
            return {"verdict": "unjudged", "why": base.get("why") or "it does not pass"}
        places = [(path, name, line) for path, name, line in base["executed"]]
        mirrored = self._mirrored(item)
        if not places and not mirrored and base["spawned"]:
            return {"verdict": "unjudged", "why": "its code runs in another process"}
        most = max(self._most_mutants - self._tries[function], _LEAST_TRIES)
        trial = Trial(item, limit, most)
        result = self._against_mutants(trial, places, mirrored)
        if result["verdict"] == "green" and base["spawned"]:
            return {"verdict": "unjudged", "why": "its code runs in another process"}
        return result

    def _against_mutants(
        self, trial: Trial, places: list[Place], mirrored: set[str]
    ) -> dict[str, Any]:
        tried = 0
        ends_at = min(self._ends_at, time.monotonic() + _SECONDS_PER_TEST)
        for place, mutant in self._mutants(trial.item, places, mirrored):
            if tried == trial.most or time.monotonic() > ends_at:
                break
            tried += 1
            path, what, apply = mutant
            work = partial(_mutated, trial.item, apply)
            answer = in_child(work, trial.limit_seconds) or _BROKEN
            if answer.get("noticed"):
                self._remember(place, mutant)
                module = os.path.relpath(path, self._root)
                told = {"verdict": "red", "module": module, "tried": tried}
                return {**told, "by": what}
        if time.monotonic() > self._ends_at:
            return {"verdict": "unjudged", "why": "the time ran out"}
        return {"verdict": "green", "tried": tried}

    def _mutants(
        self, item: pytest.Item, places: list[Place], mirrored: set[str]
    ) -> Iterator[tuple[Place | None, Mutant]]:
        """Take turns among functions: one that matters is met early."""
        executed = set(places)
        proven = [each for each in self._proven if each[0] in executed]
        yield from proven[:_MOST_PROVEN]
        functions = [
            self._function_mutants(each) for each in self._ranked(places, mirrored)
        ]
        first = in_turns(functions, rounds=2)
        yield from first
        for mutant in self._value_mutants(item, places, mirrored):
            yield None, mutant
        yield from in_turns(functions)

    def _remember(self, place: Place | None, mutant: Mutant) -> None:
        """What one test notices, others that execute it often notice, too."""
        if place is not None:
            known = [each for each in self._proven if each[1] is not mutant]
            self._proven = [(place, mutant), *known]

    def _ranked(self, places: list[Place], mirrored: set[str]) -> list[Place]:
        """The module that the test mirrors comes first, then what few tests execute."""
        for place in places:
            self._executed_by[place] = self._executed_by.get(place, 0) + 1
        late = {place: -number for number, place in enumerate(places)}
        return sorted(
            places, key=lambda p: (p[0] not in mirrored, self._executed_by[p], late[p])
        )

    def _function_mutants(self, place: Place) -> Iterator[tuple[Place, Mutant]]:
        functions = self._functions().get(place, [])
        if not functions:
            return
        if place not in self._compiled:
            text = Path(place[0]).read_text("utf-8")
            mutants = mutants_of(text, functions[0].__code__, of_tests=True)
            self._compiled[place] = Replayed(mutants)
        for what, _, code in self._compiled[place]:
            yield place, (place[0], what, _replacing(functions, code))

    def _functions(self) -> dict[Place, list[FunctionType]]:
        """Index the functions under test once: a scan of all objects is slow."""
        if not self._live:
            for each in gc.get_objects():
                if not isinstance(each, FunctionType):
                    continue
                code = each.__code__
                if code.co_filename in self._code:
                    place = (code.co_filename, code.co_name, code.co_firstlineno)
                    self._live.setdefault(place, []).append(each)
            gc.collect()
            gc.freeze()  # children then leave the parent's memory where it is
        return self._live

    def _value_mutants(
        self, item: pytest.Item, places: list[Place], mirrored: set[str]
    ) -> Iterator[Mutant]:
        executed = {path for path, _, _ in places}
        used = mirrored | self._used_by(item)
        modules = [
            each
            for each in list(sys.modules.values())
            if (file := getattr(each, "__file__", None)) in self._code
            and (file in executed or file in used)
        ]
        modules.sort(key=lambda each: (each.__file__ not in used, each.__name__))
        yield from in_turns([_in_module(each) for each in modules])

    def _used_by(self, item: pytest.Item) -> set[str]:
        """Return the modules that the test's own module imports from."""
        found: set[str] = set()
        for value in vars(getattr(item, "module", object)).values():
            name = value.__name__ if isinstance(value, ModuleType) else ""
            name = name or getattr(value, "__module__", "") or ""
            file = getattr(sys.modules.get(name), "__file__", None)
            if file in self._code:
                found.add(str(file))
        return found

    def _mirrored(self, item: pytest.Item) -> set[str]:
        """Return the modules named like the test's file: test_tax.py tests tax.py."""
        stem = item.path.stem.removeprefix("test_")
        named = [path for path in self._code if Path(path).stem == stem]
        folder = item.path.parent.name
        closer = {path for path in named if Path(path).parent.name == folder}
        return closer or set(named)

    def _recorded(self, item: pytest.Item) -> dict[str, Any]:
        executed: dict[Place, None] = {}
        spawned: list[str] = []

        def note(frame: FrameType, event: str, argument: object) -> None:
            code: CodeType = frame.f_code
            if event == "call" and code.co_filename in self._code:
                executed[(code.co_filename, code.co_name, code.co_firstlineno)] = None

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            if event in ("subprocess.Popen", "os.posix_spawn", "os.fork"):
                spawned.append(event)

        sys.addaudithook(watch)
        threading.setprofile(note)
        sys.setprofile(note)
        try:
            outcome = _run(item)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        places = [list(place) for place in executed]
        return {**outcome, "executed": places, "spawned": bool(spawned)}


def _in_module(module: ModuleType) -> Iterator[Mutant]:
    for what, apply in value_mutants(module):
        yield str(module.__file__), what, apply


def _replacing(functions: list[FunctionType], code: CodeType) -> Callable[[], None]:
    def apply() -> None:
        for function in functions:
            function.__code__ = code

    return apply


def _mutated(item: pytest.Item, apply: Callable[[], None]) -> dict[str, Any]:
    apply()
    return _run(item)


def _run(item: pytest.Item) -> dict[str, Any]:
    """A test notices a change when one of its own assertions fails."""
    reports = runtestprotocol(item, log=False, nextitem=None)
    failed = [each for each in reports if each.failed]
    noticed = any(_is_assertion(each) for each in failed if each.when == "call")
    skipped = any(each.skipped for each in reports)
    why = f"{failed[0].when} failed without a change" if failed else ""
    passed = not failed and not skipped
    return {"passed": passed, "skipped": skipped, "noticed": noticed, "why": why}


def _is_assertion(report: pytest.TestReport) -> bool:
    crash = getattr(report.longrepr, "reprcrash", None)
    message = getattr(crash, "message", "") or str(report.longrepr)
    first = message.split("\n", 1)[0]
    return first.startswith(("assert ", "Failed:")) or "AssertionError" in first


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away before any file of the project is imported."""
    early_config.stash[_TOLD] = taken_settings(_SETTINGS)


def pytest_configure(config: pytest.Config) -> None:
    """Begin when the gate asks for it."""
    settings = config.stash.get(_TOLD, None)
    if settings is not None:
        config.pluginmanager.register(RedFirst(settings), "red-first")
