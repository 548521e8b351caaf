"""A pytest plugin: records what tests ask of applications, and asks it otherwise.

Each test runs once in a forked child, and what it asks is told. Then, for each
operation of an application, the test that asks best for it runs again up to that point,
with the state and the credentials that it has prepared, and hostile requests are put
instead.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.children import in_child
from prodwright.probes.fuzz import watching
from prodwright.probes.fuzz.aims import Aim, CallAim, RequestAim
from prodwright.probes.fuzz.clients import CLIENTS
from prodwright.probes.fuzz.driving import Client, clients
from prodwright.probes.fuzz.messages import Request
from prodwright.probes.fuzz.planning import Exchange, Plan
from prodwright.probes.fuzz.recording import Recorder
from prodwright.probes.fuzz.schemas import Document
from prodwright.probes.fuzz.settings import settings_of
from prodwright.probes.fuzz.sharing import Sharing
from prodwright.probes.fuzz.stand import STAND
from prodwright.probes.fuzz.telling import summary_lines
from prodwright.probes.fuzz.trying import Trying
from prodwright.probes.races.places import Places
from prodwright.probes.sealing import Report, taken_settings

_SETTINGS = "PRODWRIGHT_FUZZ_SETTINGS"
_TEST_SECONDS = 120.0
_RECORDING_SHARE = 0.4
_LATE = _TEST_SECONDS  # the last test of another part may just have begun
_OTHER_RUNS = (
    *("--prodwright-faults", "--prodwright-fault"),
    *("--prodwright-races", "--prodwright-race"),
)
_Key = tuple[str, tuple[str, int] | None]
_TOLD = pytest.StashKey[dict[str, Any] | None]()


class FuzzRun:
    """Takes over the running of tests.

    Args:
        settings: `root`, `code` (absolute paths under test), `report` (a file; none:
            the terminal is told), `key` (seals it), `deadline_seconds` for everything,
            `part` and `parts` for dividing work among processes, `shared` (a folder
            in which they tell each other); `only`, a case to replay.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._root = settings["root"]
        self._places = Places(self._root, settings["code"])
        self._is_alone = not settings["report"]
        self._report = Report(settings["report"], settings.get("key", ""))
        self._told: list[dict[str, Any]] = []
        seconds = float(settings["deadline_seconds"])
        self._begun = time.monotonic()
        self._ends_at = self._begun + seconds
        self._record_until = self._begun + seconds * _RECORDING_SHARE
        self._part, self._parts = int(settings["part"]), int(settings["parts"])
        shared = settings.get("shared", "")
        self._sharing = Sharing(shared, self._part, self._parts)
        self._only: dict[str, Any] = settings.get("only") or {}
        self._plan = Plan()
        self._document: Any = None
        self._calls: dict[_Key, int] = {}
        watching.install()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Record every test, then try what they ask."""
        if (
            session.testsfailed
            and not session.config.option.continue_on_collection_errors
        ):
            raise session.Interrupted("errors during collection")
        items = session.items
        CLIENTS.watch()
        own = [
            (number, told)
            for number in _by_turns(items)
            if (told := self._record(number, items[number]))
        ]
        for number, told in self._sharing.exchanged(own, self._record_until + _LATE):
            self._learn(number, told)
        self._plan.document = Document(self._document)
        trying = Trying(self._places, self._ends_at)
        for number, aim in enumerate(self._aims(items)):
            mine = number % self._parts == self._part
            if self._only or mine:
                self._try(trying, items[aim.test], aim)
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell of tests that cannot even be loaded: their silence shows nothing."""
        if report.failed:
            self._tell({"state": "test", "test": report.nodeid, "why": _UNLOADED})

    def _aims(self, items: list[pytest.Item]) -> Iterator[Aim]:
        strangers = bool(self._plan.users)
        requests = (RequestAim(each, strangers) for each in self._plan.targets())
        calls = (self._call(items, *each) for each in self._calls.items())
        for each in chain[Aim](requests, calls):
            wanted = self._only
            if not wanted or (
                items[each.test].nodeid == wanted["test"]
                and each.name == wanted["operation"]
            ):
                yield each

    def _call(self, items: list[pytest.Item], key: _Key, test: int) -> CallAim:
        name, place = key
        return CallAim(name, test, place, _expected_by(items[test]))

    def _record(self, number: int, item: pytest.Item) -> dict[str, Any] | None:
        """Return what a test asks; None: it shows nothing, or it is another's."""
        if self._only and item.nodeid != self._only["test"]:
            return None
        if not self._sharing.is_mine(number):
            return None
        if time.monotonic() > self._record_until and not self._only:
            why = "the time ran out before it was recorded"
            self._tell({"state": "test", "test": item.nodeid, "why": why})
            return None
        told = in_child(partial(self._in_test, item), _TEST_SECONDS)
        if told is None or told["why"]:
            why = "it hung or crashed" if told is None else told["why"]
            self._tell({"state": "test", "test": item.nodeid, "why": why})
        # What a broken test asks is no example.
        return None if told is None or told["failed"] else told

    def _learn(self, number: int, told: dict[str, Any]) -> None:
        self._document = self._document or told["document"]
        self._plan.users.update(told["users"])
        for name, place in told["calls"].items():
            self._calls.setdefault(
                (name, (place[0], place[1]) if place else None), number
            )
        self._plan.exchanges += [_exchange(number, each) for each in told["exchanges"]]

    def _in_test(self, item: pytest.Item) -> dict[str, Any]:
        recorder = Recorder(self._places, wants_document=not self._document)
        recorder.begin()
        CLIENTS.watch()
        reports = runtestprotocol(item, log=False, nextitem=None)
        recorder.end()
        failed = any(each.failed for each in reports)
        skipped = any(each.skipped for each in reports)
        return {
            "failed": failed,
            "why": "it does not pass" if failed else "it is skipped" if skipped else "",
            "exchanges": recorder.exchanges,
            "users": STAND.users,
            "calls": recorder.calls,
            "document": recorder.document,
        }

    def _try(self, trying: Trying, item: pytest.Item, aim: Aim) -> None:
        place = self._place(aim)
        told = {"operation": aim.name, "test": item.nodeid, "place": place}
        if self._only:
            found = trying.replayed(item, aim, self._only["case"])
        else:
            found = trying.explored(item, aim)
        self._tell({**told, **found, "sightings": self._relative(found, place)})

    def _relative(
        self, found: dict[str, Any], place: list[Any]
    ) -> list[dict[str, Any]]:
        return [
            {**each, "place": self._short(each["place"]) if each["place"] else place}
            for each in found["sightings"]
        ]

    def _place(self, aim: Aim) -> list[Any]:
        place = aim.place
        if place is None or not self._places.is_code(place[0]):
            return ["", 1]
        return self._short(list(place))

    def _short(self, place: list[Any]) -> list[Any]:
        path = os.path.relpath(place[0], self._root).replace(os.sep, "/")
        return [path, place[1]]

    def _tell(self, entry: dict[str, Any]) -> None:
        self._told.append(entry)
        self._report.tell(entry)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what was found."""
        if not self._is_alone:
            return
        terminalreporter.section("hostile input")
        for entry in self._told:
            for line in summary_lines(entry):
                terminalreporter.line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A finding fails the run, as a failing test does."""
        self._report.end()
        watching.CANARY.remove()
        found = any(
            each["level"] != "weak"
            for entry in self._told
            for each in entry.get("sightings", ())
        )
        if self._is_alone and session.exitstatus in (0, 5):
            session.exitstatus = int(found)


def _by_turns(items: list[pytest.Item]) -> list[int]:
    """Return the numbers of tests, the first of each file first.

    Tests of one file ask much the same; where the time runs out, each file was heard.
    """
    seen: Counter[str] = Counter()
    turns: list[tuple[int, int]] = []
    for number, item in enumerate(items):
        turns.append((seen[str(item.path)], number))
        seen[str(item.path)] += 1
    return [number for _, number in sorted(turns)]


_UNLOADED = "it cannot be loaded"
_EXPECTED = re.compile(r"(?:raises|assertRaises(?:Regex)?)\(\s*\(?([\w., ]+)")


def _expected_by(item: pytest.Item) -> frozenset[str]:
    """Return the names of the errors that the tests of a file expect."""
    try:
        text = item.path.read_text("utf-8", errors="replace")
    except OSError:
        return frozenset()
    named = (name for each in _EXPECTED.findall(text) for name in each.split(","))
    return frozenset(name.strip().rpartition(".")[2] for name in named)


def _exchange(test: int, told: dict[str, Any]) -> Exchange:
    place = told["place"]
    return Exchange(
        test=test,
        number=told["number"],
        request=Request.of_plain(told["request"]),
        template=told["template"],
        status=told["status"],
        place=(place[0], place[1]) if place else None,
        cpu_seconds=told["cpu_seconds"],
        is_declared=told["is_declared"],
    )


def begin(config: pytest.Config) -> None:
    """Take over, as the command line says.

    Raises:
        pytest.UsageError: With what else it says, nothing would be found.
    """
    if getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("hostile input needs one process: add -n 0")
    if any(config.getoption(each) for each in _OTHER_RUNS):
        raise pytest.UsageError("hostile input is a run of its own: leave out the rest")
    config.pluginmanager.register(FuzzRun(settings_of(config)), "prodwright-fuzz")


@pytest.fixture(name="prodwright_client")
def _prodwright_client() -> Iterator[Callable[..., Client]]:
    """Return a function that makes a client for an ASGI or WSGI application."""
    with clients() as client:
        yield client


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Take the gate's settings away before any file of the project is imported."""
    early_config.stash[_TOLD] = taken_settings(_SETTINGS)


def pytest_configure(config: pytest.Config) -> None:
    """Begin when the gate asks for it."""
    settings = config.stash.get(_TOLD, None)
    if settings is not None:
        config.pluginmanager.register(FuzzRun(settings), "prodwright-fuzz")
