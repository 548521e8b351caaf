"""A pytest plugin: imports modules in other orders, and runs tests with stand-ins."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.architecture.constructors import Injections, Key
from prodwright.probes.architecture.importing import tried_first
from prodwright.probes.architecture.standins import Manner
from prodwright.probes.children import in_child
from prodwright.probes.races.places import Places
from prodwright.probes.sealing import Report, taken_settings

_TEST_SECONDS = 60.0
_IMPORTING_SHARE = 0.5  # of the time; the rest is for the tests
_SETTINGS = "PRODWRIGHT_ARCHITECTURE_SETTINGS"
_TOLD = pytest.StashKey["Substitution | None"]()


@dataclass(frozen=True, slots=True)
class Run:
    """How one run of a test went.

    Attributes:
        passed: Whether it passed.
        seen: The dependencies that were given.
        reaches: Where code used more of one than is promised.
    """

    passed: bool
    seen: frozenset[Key]
    reaches: tuple[dict[str, Any], ...]


class Substitution:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (files and folders under test, absolute), `modules`
            (paths by the names they are imported by), `report` and its `key`,
            `deadline_seconds`, `part` and `parts`.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._root = settings["root"]
        self._places = Places(self._root, settings["code"])
        self._report = Report(settings["report"], settings.get("key", ""))
        self._modules = settings["modules"]
        seconds = float(settings["deadline_seconds"])
        self._ends_at = time.monotonic() + seconds
        self._importing_ends_at = time.monotonic() + seconds * _IMPORTING_SHARE
        self._part, self._parts = int(settings["part"]), int(settings["parts"])
        self._settled: set[Key] = set()

    def import_each(self) -> None:
        """Tell of each module that is imported first."""
        part, parts, ends_at = self._part, self._parts, self._importing_ends_at
        for told in tried_first(self._modules, part, parts, ends_at):
            self._report.tell(self._relative(told))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of tests that cannot even be loaded: their silence shows nothing."""
        if report.failed:
            self._tell_test(report.nodeid, "it cannot be loaded")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each test."""
        for number, item in enumerate(session.items):
            if number % self._parts == self._part:
                self._try(item)
        return True

    def pytest_sessionfinish(self) -> None:
        """Say that this was all."""
        self._report.end()

    def _relative(self, told: dict[str, Any]) -> dict[str, Any]:
        return {**told, "path": os.path.relpath(told["path"], self._root)}

    def _tell_test(self, test: str, why: str) -> None:
        self._report.tell({"kind": "test", "test": test, "why": why})

    def _try(self, item: pytest.Item) -> None:
        if time.monotonic() > self._ends_at:
            self._tell_test(item.nodeid, "the time ran out")
            return
        first = self._run(item, key=None)
        if first is None or not first.passed:
            self._tell_test(item.nodeid, "it does not pass")
            return
        for key in sorted(first.seen - self._settled):
            if time.monotonic() < self._ends_at:
                self._substitute(item, key)

    def _substitute(self, item: pytest.Item, key: Key) -> None:
        """Run a test with a stand-in for one dependency, and with a dead one."""
        path, owner, parameter = key
        told = {"kind": "injected", "path": path, "owner": owner, "test": item.nodeid}
        told["parameter"] = parameter
        run = self._run(item, key, Manner.STRICT)
        if run is None or not run.passed:
            reaches = self._causes(item, key, run)
            for each in reaches:
                found = {"kind": "reach", "test": item.nodeid, **each}
                self._report.tell(self._relative(found))
            told["state"] = "tied" if reaches else "unjudged"
            self._report.tell(self._relative(told))
            return
        dead = self._run(item, key, Manner.DEAD)
        shown = dead is None or not dead.passed
        told["state"] = "proven" if shown else "unused"
        self._report.tell(self._relative(told))
        if shown:
            self._settled.add(key)

    def _causes(
        self, item: pytest.Item, key: Key, failed: Run | None
    ) -> tuple[dict[str, Any], ...]:
        """Return what a test failed of: allowed all that, it passes."""
        if failed is None or not failed.reaches:
            return ()
        lenient = self._run(item, key, Manner.LENIENT)
        return failed.reaches if lenient is not None and lenient.passed else ()

    def _run(
        self, item: pytest.Item, key: Key | None, manner: Manner = Manner.STRICT
    ) -> Run | None:
        watch = Injections(self._places.is_code, key, manner)
        told = in_child(partial(_in_child, item, watch), _TEST_SECONDS)
        if told is None:
            return None
        seen = frozenset((path, owner, name) for path, owner, name in told["seen"])
        return Run(told["passed"], seen, tuple(told["reaches"]))


def _in_child(item: pytest.Item, watch: Injections) -> dict[str, Any]:
    watch.install()
    reports = runtestprotocol(item, log=False, nextitem=None)
    passed = not any(each.failed or each.skipped for each in reports)
    return {
        "passed": passed,
        "seen": [list(each) for each in watch.seen],
        "reaches": list(_told(watch)),
    }


def _told(watch: Injections) -> Iterator[dict[str, Any]]:
    for each in watch.reaches:
        yield {
            "path": each.path,
            "line": each.line,
            "name": each.name,
            "owner": each.role.owner,
            "parameter": each.role.parameter,
            "declared": each.role.declared.__qualname__ if each.role.declared else "",
        }


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away, and import modules before any test does."""
    settings = taken_settings(_SETTINGS)
    run = Substitution(settings) if settings is not None else None
    early_config.stash[_TOLD] = run
    if run is not None:
        run.import_each()


def pytest_configure(config: pytest.Config) -> None:
    """Begin when the gate asks for it."""
    run = config.stash.get(_TOLD, None)
    if run is not None:
        config.pluginmanager.register(run, "prodwright-architecture")
