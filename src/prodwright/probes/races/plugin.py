"""A pytest plugin: runs each test once, and explores the calls that it makes.

A test runs in a forked child. Where it calls the code under test, that call is made
twice at once, and together with those before it, in children of that child.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.children import in_child
from prodwright.probes.races import locks, servers
from prodwright.probes.races.exploring import Limits
from prodwright.probes.races.places import Places
from prodwright.probes.races.watching import CallWatch
from prodwright.probes.sealing import Report, taken_settings

_TEST_SECONDS = 120.0
_RUNS_PER_PAIR = 120
_SETTINGS = "PRODWRIGHT_RACES_SETTINGS"
_TOLD = pytest.StashKey[dict[str, Any] | None]()
BAD = ("race", "deadlock")


class RaceFinder:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (absolute paths under test), `report` (a file; none:
            the terminal is told), `key` (seals it), `runs` (the most for one pair of
            calls), `deadline_seconds` for everything, `part` and `parts` for dividing
            tests among processes; `only`, a pair to replay.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._places = Places(settings["root"], settings["code"])
        self._is_alone = not settings["report"]
        self._report = Report(settings["report"], settings.get("key", ""))
        self._told: list[dict[str, Any]] = []
        self._runs = int(settings["runs"])
        self._only = settings.get("only") or {}
        self._ends_at = time.monotonic() + float(settings["deadline_seconds"])
        self._part, self._parts = int(settings["part"]), int(settings["parts"])
        self._number = -1
        self._known: set[str] = set()
        locks.install()
        servers.install()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """Explore one test instead of running it."""
        self._number += 1
        if self._number % self._parts == self._part:
            for entry in self._explored(item):
                self._tell({"test": item.nodeid, **entry})
        return True

    def _tell(self, entry: dict[str, Any]) -> None:
        self._told.append(entry)
        self._report.tell(entry)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what was found."""
        if not self._is_alone:
            return
        terminalreporter.section("races")
        for each in self._told:
            for line in summary_lines(each):
                terminalreporter.line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A race fails the run, as a failing test does."""
        found = any(each["verdict"] in BAD for each in self._told)
        nothing = session.exitstatus in (0, 5)  # no test ran in the usual way
        self._report.end()
        if self._is_alone and nothing:
            session.exitstatus = int(found)

    def _explored(self, item: pytest.Item) -> list[dict[str, Any]]:
        if time.monotonic() > self._ends_at:
            return [{"verdict": "not tried", "why": "the time ran out"}]
        limits = Limits(runs=self._runs, ends_at=self._ends_at)
        seconds = min(_TEST_SECONDS, self._ends_at - time.monotonic() + 1.0)
        told = in_child(lambda: self._in_test(item, limits), seconds)
        if told is None:
            return [{"verdict": "unjudged", "why": "the test hung or crashed"}]
        self._known |= {each["key"] for each in told["calls"]}
        if not told["passed"]:
            return [{"verdict": "unjudged", "why": told["why"]}]
        return list(told["calls"]) or [{"verdict": "no call", "why": told["why"]}]

    def _in_test(self, item: pytest.Item, limits: Limits) -> dict[str, Any]:
        watch = CallWatch(item, self._places, self._known, limits, self._only)
        watch.begin()
        try:
            reports = runtestprotocol(item, log=False, nextitem=None)
        finally:
            watch.end()
        failed = [each for each in reports if each.failed]
        skipped = any(each.skipped for each in reports)
        why = "it does not pass" if failed else "it is skipped" if skipped else ""
        return {"passed": not failed, "why": why, "calls": watch.told}


def summary_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield what a person wants to know of one pair."""
    if told["verdict"] not in BAD:
        return
    path, line = told["place"]
    yield f"{path}:{line}: {told['verdict']}: {told['key'].partition(': ')[2]}, at once"
    for what, texts in told["differences"].items():
        yield f"    {what} is {texts[0]}, one after the other {' or '.join(texts[1:])}"
    turns = ",".join(map(str, told["choices"]))
    yield f"    again: pytest {told['test']} --prodwright-race '{told['key']}={turns}'"


def settings_of(config: pytest.Config) -> dict[str, Any]:
    """Return the settings that the command line names.

    Raises:
        pytest.UsageError: The race to replay does not say which turns, or the budget
            is no time.
    """
    root = str(config.rootpath)
    named = [each for each in config.getoption("--prodwright-code").split(",") if each]
    code = [str((config.rootpath / each).resolve()) for each in named]
    seconds = config.getoption("--prodwright-budget")
    if not seconds >= 0:  # NaN is neither
        raise pytest.UsageError(f"--prodwright-budget is {seconds:g}: name seconds")
    return {
        "root": root,
        "code": code or [root],
        "report": "",
        "runs": _RUNS_PER_PAIR,
        "deadline_seconds": seconds or float("inf"),
        "part": 0,
        "parts": 1,
        "only": _replayed(config.getoption("--prodwright-race")),
    }


def _replayed(told: str) -> dict[str, Any]:
    if not told:
        return {}
    key, _, turns = told.rpartition("=")
    try:
        choices = [int(each) for each in turns.split(",") if each]
    except ValueError:
        key, choices = "", []
    if not key:
        raise pytest.UsageError(
            f"--prodwright-race {told!r} is no race: name it as it was told, "
            "'PATH: CALLS=TURNS'"
        )
    return {"key": key, "choices": choices}


def begin(config: pytest.Config) -> None:
    """Take over, as the command line says.

    Raises:
        pytest.UsageError: With what else it says, no race would be looked for.
    """
    if getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("races are not found by several workers: add -n 0")
    if config.getoption("--prodwright-faults") or config.getoption(
        "--prodwright-fault"
    ):
        raise pytest.UsageError("faults and races are two runs: leave out one of them")
    config.pluginmanager.register(RaceFinder(settings_of(config)), "prodwright-races")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away before any file of the project is imported."""
    early_config.stash[_TOLD] = taken_settings(_SETTINGS)
    if early_config.stash[_TOLD] is not None:
        locks.install()
        servers.install()


def pytest_configure(config: pytest.Config) -> None:
    """Begin when the gate asks for it."""
    settings = config.stash.get(_TOLD, None)
    if settings is not None:
        config.pluginmanager.register(RaceFinder(settings), "prodwright-races")
