"""A pytest plugin: runs each test in forked children, against mutants.

The first child records which functions of the code under test are executed;
each further child runs the same test with one of them changed. A test that
notices no change is never red. Results are appended to a JSON Lines file.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import threading
import time
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from prodwright_mutants import mutants_of  # type: ignore[import-not-found]

_LEAST_SECONDS = 5.0
_SLOWDOWN = 10.0


class RedFirst:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (folders under test), `report`, `mutants` (the
            most per test), `deadline_seconds` for everything, `part` and `parts`
            for dividing tests among processes.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._code = tuple(settings["code"])
        self._root = settings["root"]
        self._report = Path(settings["report"])
        self._most_mutants = int(settings["mutants"])
        self._ends_at = time.monotonic() + float(settings["deadline_seconds"])
        self._part, self._parts = int(settings["part"]), int(settings["parts"])
        self._executed_by: dict[tuple[str, str, int], int] = {}
        self._number = -1

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Judge one test instead of running it."""
        self._number += 1
        if self._number % self._parts == self._part:
            entry = {"test": _test_name(item), **self._judge(item)}
            with self._report.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
        return True

    def _judge(self, item: pytest.Item) -> dict[str, Any]:
        if time.monotonic() > self._ends_at:
            return {"verdict": "unjudged", "why": "the time ran out"}
        started = time.monotonic()
        base = _in_child(lambda: self._recorded(item), 300.0)
        limit = max(_LEAST_SECONDS, (time.monotonic() - started) * _SLOWDOWN)
        if base.get("skipped"):
            return {"verdict": "skipped"}
        if not base.get("passed"):
            return {"verdict": "unjudged", "why": base.get("why", "it does not pass")}
        return self._against_mutants(item, base["executed"], limit)

    def _against_mutants(
        self, item: pytest.Item, executed: list[list[Any]], limit: float
    ) -> dict[str, Any]:
        tried = 0
        for place in self._rarest_first(executed):
            for what, functions, code in self._mutants(place):
                if tried == self._most_mutants or time.monotonic() > self._ends_at:
                    return {"verdict": "green", "tried": tried}
                tried += 1
                seen = _in_child(
                    lambda f=functions, c=code: _mutated(item, f, c), limit
                )
                if seen.get("noticed"):
                    module = os.path.relpath(place[0], self._root)
                    return {"verdict": "red", "module": module, "by": what}
        return {"verdict": "green", "tried": tried}

    def _rarest_first(self, executed: list[list[Any]]) -> list[tuple[str, str, int]]:
        """What few tests execute tells most about the test at hand."""
        places = [(path, name, line) for path, name, line in executed]
        for place in places:
            self._executed_by[place] = self._executed_by.get(place, 0) + 1
        order = {place: number for number, place in enumerate(places)}
        return sorted(places, key=lambda p: (self._executed_by[p], -order[p]))

    def _mutants(self, place: tuple[str, str, int]) -> Any:
        path, name, line = place
        functions = [
            each
            for each in gc.get_objects()
            if isinstance(each, FunctionType)
            and each.__code__.co_firstlineno == line
            and each.__code__.co_name == name
            and each.__code__.co_filename == path
        ]
        if functions:
            text = Path(path).read_text("utf-8")
            for what, code in mutants_of(text, path, functions[0].__code__):
                yield what, functions, code

    def _recorded(self, item: pytest.Item) -> dict[str, Any]:
        executed: dict[tuple[str, str, int], None] = {}
        prefixes = self._code

        def note(frame: FrameType, event: str, argument: object) -> None:
            code: CodeType = frame.f_code
            if event == "call" and code.co_filename.startswith(prefixes):
                executed[(code.co_filename, code.co_name, code.co_firstlineno)] = None

        threading.setprofile(note)
        sys.setprofile(note)
        try:
            outcome = _run(item)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
        return {**outcome, "executed": [list(place) for place in executed]}


def _mutated(
    item: pytest.Item, functions: list[FunctionType], code: CodeType
) -> dict[str, Any]:
    for function in functions:
        function.__code__ = code
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
    return (
        message.startswith(
            ("AssertionError", "assert ", "Failed:", "hypothesis.errors")
        )
        or "AssertionError" in message.split("\n", 1)[0]
    )


def _in_child(work: Any, limit_seconds: float) -> dict[str, Any]:
    """Run `work` in a forked child; a hang or a crash says nothing."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(work, write)
    os.close(write)
    try:
        return _reply(read, child, limit_seconds)
    finally:
        os.close(read)
        os.waitpid(child, 0)


def _answer(work: Any, write: int) -> None:
    code = 1
    try:
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with os.fdopen(write, "w", encoding="utf-8") as file:
            json.dump(work(), file)
        code = 0
    finally:
        os._exit(code)


def _reply(read: int, child: int, limit_seconds: float) -> dict[str, Any]:
    ends_at = time.monotonic() + limit_seconds
    received = b""
    while True:
        left = ends_at - time.monotonic()
        ready = select.select([read], [], [], max(left, 0.0))[0]
        chunk = os.read(read, 65536) if ready else b""
        received += chunk
        if not chunk:
            _end(child)
            break
    try:
        answer: dict[str, Any] = json.loads(received)
    except ValueError:
        return {"passed": False, "why": "the child hung or crashed"}
    return answer


def _end(child: int) -> None:
    for group in (True, False):
        try:
            (os.killpg if group else os.kill)(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _test_name(item: pytest.Item) -> str:
    return item.nodeid


def pytest_configure(config: pytest.Config) -> None:
    """Begin, when the gate asked for it."""
    settings = os.environ.get("PRODWRIGHT_RED_FIRST")
    if settings:
        config.pluginmanager.register(RedFirst(json.loads(settings)), "red-first")
