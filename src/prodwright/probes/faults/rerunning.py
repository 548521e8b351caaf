"""A test's run up to the end of one call, perhaps from what a crash has left."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import PurePath
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from prodwright.probes.faults.children import Send
from prodwright.probes.faults.details import details
from prodwright.probes.faults.judging import Left
from prodwright.probes.faults.preparing import have_own_folders
from prodwright.probes.faults.recorder import OFF, RECORD, RECORDER
from prodwright.probes.faults.remains import Remains
from prodwright.probes.faults.watching import Watch
from prodwright.probes.postgres.wire import Refused

_PLAIN = (type(None), bool, int, float, str, bytes, PurePath, sqlite3.Connection)
_CONNECTIONS = ("psycopg", "asyncpg")
_MOST_TEXT = 80


class Rerun:
    """Runs a test up to the end of one call; what comes after is not run.

    Args:
        item: The test.
        folder: For its temporary files, empty.
        touched: Further files whose state counts.
        entry: Number of the call into the code under test.
        remains: What that call finds; None: what the test has made by then.
    """

    def __init__(
        self,
        item: pytest.Item,
        folder: str,
        touched: tuple[str, ...],
        entry: int,
        remains: Remains | None,
    ) -> None:
        self._item, self._folder, self._touched = item, folder, touched
        self._entry, self._remains = entry, remains
        self._watch, self._error = Watch(), ""

    def __call__(self, send: Send) -> None:
        """Run in a child, which tells `before`, `after` and what was raised."""
        self._send = send
        RECORDER.begin(OFF)
        RECORDER.entered = self._entered
        config: Any = self._item.config
        config.option.tbstyle = "no"
        have_own_folders(config, self._folder)
        config.pluginmanager.register(self, "prodwright-faults-rerun")
        runtestprotocol(self._item, log=False, nextitem=None)
        send({"done": True})

    def _entered(self) -> None:
        if RECORDER.mode != RECORD:
            return
        if RECORDER.entry == self._entry:
            self._begin()
        elif RECORDER.entry > self._entry:
            self._end()

    def _begin(self) -> None:
        call = RECORDER.origins.call(2)
        self._send({"is_plain": call is not None and _is_plain(call.entry)})
        try:
            if self._remains is not None:
                self._remains.put_back()
            self._send({"before": details(self._folder, self._touched)})
        except (Refused, sqlite3.Error, OSError) as error:
            self._send({"why": str(error), "done": True})
            _leave()

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Watch the test itself."""
        RECORDER.mode = RECORD
        sys.setprofile(self._watch.profile)
        try:
            return (yield)
        except BaseException as error:
            left = Left.of(error, RECORDER.origins)
            if left.through_code:
                self._error = left.texts[0][:_MOST_TEXT]
            raise
        finally:
            self._end()

    def _end(self) -> None:
        sys.setprofile(None)
        RECORDER.mode = OFF
        try:
            after = details(self._folder, self._touched)
        except (Refused, sqlite3.Error, OSError) as error:
            self._send({"why": str(error), "done": True})
        else:
            self._send({"after": after, "error": self._error, "done": True})
        _leave()


def _leave() -> None:
    """What the test would do now is not wanted, and what it made is kept."""
    # prodwright: allow exit-in-library -- a forked child skips its parent's ends
    os._exit(0)


def _is_plain(entry: FrameType) -> bool:
    """Tell whether a call is given nothing that remembers what was before.

    A process that begins anew has only what is on the disk and in databases.
    """
    code = entry.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return all(_forgets(entry.f_locals.get(name)) for name in names)


def _forgets(value: Any) -> bool:
    if isinstance(value, _PLAIN) or type(value).__module__.startswith(_CONNECTIONS):
        return True
    held = getattr(value, "__dict__", None)
    if held is None or callable(value):
        return False
    return all(isinstance(each, _PLAIN) for each in held.values())
