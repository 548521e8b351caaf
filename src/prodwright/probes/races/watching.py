"""Sees which functions a test calls, and explores each once."""

from __future__ import annotations

import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from prodwright.probes.postgres.addresses import BOOK
from prodwright.probes.races.calls import Call, call_in, companions
from prodwright.probes.races.exploring import Limits, Pair
from prodwright.probes.races.judging import RACE, SERIAL, Explored
from prodwright.probes.races.locks import CooperativeLock, CooperativeRLock
from prodwright.probes.races.places import Places

_MOST_EARLIER = 6


class CallWatch:
    """Sees which functions a test calls, and explores each once.

    Args:
        item: The test.
        places: Tells what is under test.
        known: Pairs that were explored already.
        limits: How much is tried.
        only: A pair and the choices to replay; empty: all are explored.
    """

    def __init__(
        self,
        item: pytest.Item,
        places: Places,
        known: set[str],
        limits: Limits,
        only: dict[str, Any],
    ) -> None:
        self.told: list[dict[str, Any]] = []
        self._item = item
        self._places = places
        self._known = set(known)
        self._limits = limits
        self._only = only
        self._earlier: list[Call] = []
        self._begun: set[int] = set()
        self._busy = threading.Lock()

    def begin(self) -> None:
        """Watch this thread and those that begin from now on."""
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)

    def end(self) -> None:
        """Watch no longer."""
        sys.setprofile(None)
        threading.setprofile(None)

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or not self._places.is_code(frame.f_code.co_filename):
            return
        if frame.f_lasti > _first_instruction(frame) or not self._busy.acquire(
            blocking=False
        ):
            return
        try:
            if self._places.is_outermost(frame):
                call = call_in(frame)
                if call is not None:
                    self._explore(call)
        finally:
            self._busy.release()

    def _explore(self, call: Call) -> None:
        for name, other in companions(call, self._earlier):
            key = f"{self._path(call)}: {name}"
            wanted = self._only.get("key", key) == key
            if key in self._known or not wanted or self._limits.are_reached:
                continue
            self._known.add(key)
            self.told.append(self._pair(key, call, other))
        self._earlier = [*self._earlier[-_MOST_EARLIER:], call]

    def _path(self, call: Call) -> str:
        return self._places.relative(call.function.__code__)

    def _pair(self, key: str, call: Call, other: Call) -> dict[str, Any]:
        folders = _folders(self._item)
        pair = Pair((call, other), self._places, folders)
        is_meant = _is_meant_for_many(call) or _is_meant_for_many(other)
        few = not (is_meant or folders or BOOK.known or other is not call)
        if self._only:
            found = pair.replayed(self._only["choices"])
        else:
            found = pair.explored(self._limits.for_few() if few else self._limits)
        place = found.place if found.place[0] else (self._path(call), _line(call))
        entry = {**asdict(found), "key": key, "place": list(place)}
        entry["path"], entry["line"] = self._path(call), _line(call)
        entry["is_async"] = call.is_async
        entry["is_meant"] = is_meant
        entry["needs_locks"] = is_meant and self._needs_locks(pair, found)
        return entry

    def _needs_locks(self, pair: Pair, found: Explored) -> bool:
        """Tell whether the same calls race when locks hold nobody up."""
        if found.verdict != SERIAL or self._only:
            return False
        return pair.explored(self._limits, without_locks=True).verdict == RACE


def _first_instruction(frame: FrameType) -> int:
    """A coroutine is entered again and again; only the first time it is called."""
    code = frame.f_code
    resumes = [at for at, name in _openings(code) if name == "RESUME"]
    return resumes[0] if resumes else 0


def _openings(code: Any) -> list[tuple[int, str]]:
    import dis

    found = []
    for each in dis.get_instructions(code):
        found.append((each.offset, each.opname))
        if each.opname == "RESUME":
            break
    return found


def _line(call: Call) -> int:
    return call.function.__code__.co_firstlineno


def _is_meant_for_many(call: Call) -> bool:
    """Tell whether the code itself says that several callers are at work at once."""
    if call.is_async:
        return True
    names = {"threading", "asyncio", "concurrent", "_thread"}
    held = [*call.function.__globals__.values()]
    modules = {getattr(each, "__name__", "").partition(".")[0] for each in held}
    origins = {str(getattr(each, "__module__", "")).partition(".")[0] for each in held}
    ours = any(each is CooperativeLock or each is CooperativeRLock for each in held)
    return ours or bool(names & (modules | origins))


def _folders(item: pytest.Item) -> list[str]:
    """Return where a test's calls may write: its temporary folder and where it is."""
    arguments = getattr(item, "funcargs", {})
    named = [each for each in arguments.values() if isinstance(each, Path)]
    folders = [str(each) for each in named if each.is_dir()]
    return list(dict.fromkeys([*folders, *_working_folder(item)]))


def _working_folder(item: pytest.Item) -> list[str]:
    here = Path.cwd()
    return [] if here == item.config.rootpath else [str(here)]
