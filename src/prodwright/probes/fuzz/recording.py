"""Sees the requests that a test makes, and tells of them."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from prodwright.probes.fuzz.call_attacking import operation_of
from prodwright.probes.fuzz.call_cases import cases_at
from prodwright.probes.fuzz.calls import COMMANDS, CallWatch, Point
from prodwright.probes.fuzz.messages import MOST_BODY_BYTES, Answer, Request
from prodwright.probes.fuzz.routes import layers, place_of, route_of
from prodwright.probes.fuzz.stand import STAND, Trial
from prodwright.probes.fuzz.watching import WATCH
from prodwright.probes.races.places import Places

_MOST_EXCHANGES = 60
_OK = 200


class Recorder:
    """Sees the requests that one test makes.

    Args:
        places: Tells what is under test.
        wants_document: Whether nobody knows yet what the application offers.
    """

    def __init__(self, places: Places, *, wants_document: bool) -> None:
        self.exchanges: list[dict[str, Any]] = []
        self.calls: dict[str, tuple[str, int] | None] = {}
        self.document: Any = None
        self.wants_document = wants_document
        self.places = places
        self._number = -1

    def visit(self, app: Any, request: Request) -> Recording:
        """Let a request pass."""
        self._number += 1
        return Recording(self, app, request, self._number)

    def begin(self) -> None:
        """See requests and calls from now on."""
        STAND.observer = self
        CallWatch(self.places, self._called).begin()

    def end(self) -> None:
        """See no more of them."""
        STAND.observer = None
        COMMANDS.observer = None
        sys.setprofile(None)

    def _called(self, point: Point) -> None:
        if cases_at(point):
            self.calls.setdefault(operation_of(point), point.place)

    def keep(self, exchange: dict[str, Any]) -> None:
        """Add what was seen of one request."""
        if len(self.exchanges) < _MOST_EXCHANGES:
            self.exchanges.append(exchange)


class Recording:
    """One request that passes.

    Args:
        recorder: Whom it is told.
        app: Who answers it.
        request: What is asked.
        number: Of the request in the test.
    """

    trials: Iterable[Trial] = ()

    def __init__(
        self, recorder: Recorder, app: Any, request: Request, number: int
    ) -> None:
        self.wants_document = False
        self._recorder = recorder
        self._app = app
        self._request = request
        self._number = number
        self._cpu = 0.0
        self._before: Any = None
        self._first: tuple[str, int] | None = None

    def finish(self) -> None:
        """Look which code serves the request, if no framework says so."""
        self._before = sys.getprofile()
        threading.setprofile(self._called)
        sys.setprofile(self._called)
        WATCH.begin()
        self._cpu = time.process_time()

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or self._first is not None:
            return
        if self._recorder.places.is_code(code.co_filename):
            self._first = (code.co_filename, code.co_firstlineno)

    def note(self, answer: Answer, told: dict[str, Any]) -> None:
        """Keep what was asked and answered."""
        sys.setprofile(self._before)
        threading.setprofile(None)
        WATCH.end()
        seconds = time.process_time() - self._cpu
        request, recorder = self._request, self._recorder
        template, handler = route_of(self._app, request.method, request.path, told)
        place = place_of(handler)
        if place is None or not recorder.places.is_code(place[0]):
            place = self._first or place
        if len(request.body) <= MOST_BODY_BYTES:
            recorder.keep(
                {
                    "number": self._number,
                    "request": request.as_plain(),
                    "template": template,
                    "status": 0 if answer.error else answer.status,
                    "place": list(place) if place else None,
                    "cpu_seconds": seconds,
                    "is_declared": _openapi_of(self._app) is not None,
                }
            )
        self.wants_document = recorder.wants_document and recorder.document is None

    def note_document(self, answer: Answer, app: Any) -> None:
        """Keep what the application says that it offers, if it does."""
        self.wants_document = False
        recorder = self._recorder
        recorder.document = {}
        openapi = _openapi_of(app)
        if openapi is not None:
            recorder.document = _plain(openapi())
        elif answer.status == _OK and "json" in answer.header("content-type"):
            recorder.document = _plain(answer.body)
            for each in recorder.exchanges if recorder.document else ():
                each["is_declared"] = True


def _openapi_of(app: Any) -> Callable[[], Any] | None:
    """Return what makes the document of an application; None: nothing does."""
    made = (getattr(each, "openapi", None) for each in layers(app))
    return next((each for each in made if callable(each)), None)


def _plain(told: Any) -> Any:
    """Return what JSON makes of it; anything may be told."""
    try:
        return json.loads(told if isinstance(told, (bytes, str)) else json.dumps(told))
    except (ValueError, TypeError, RecursionError):
        return {}
