"""Whose code a frame runs: the project's, its tests', or anybody else's."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from prodwright.probes.faults.values import Place

CODE, TEST, OTHER = "code", "test", ""
_ASIDE = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
_TESTS = tuple(f"{os.sep}{name}{os.sep}" for name in ("tests", "test", "testing"))
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


@dataclass(slots=True)
class Call:
    """How the code under test came to do something.

    Attributes:
        place: The innermost line of the code under test.
        entry: The outermost frame of it, which a test called.
        called_by_test: Whether a test called it in this thread.
        tidying: Whether it is on its way out: `close`, `__exit__` and the like.
    """

    place: Place
    entry: FrameType
    called_by_test: bool
    tidying: bool


_TIDYING = frozenset(
    {
        "__aexit__",
        "__del__",
        "__exit__",
        "aclose",
        "cleanup",
        "close",
        "disconnect",
        "kill",
        "quit",
        "rollback",
        "shutdown",
        "terminate",
    }
)


class Origins:
    """Tells files under test from others.

    Args:
        root: Paths of places are relative to it.
        code: Absolute paths of files and folders under test.
    """

    def __init__(self, root: str, code: Sequence[str]) -> None:
        self._root = root
        self._code = tuple(code)
        self._known: dict[str, str] = {}
        self._relative: dict[str, str] = {}

    def of(self, filename: str) -> str:
        """Return `CODE`, `TEST` or `OTHER` for the file of a frame."""
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._judge(filename)
        return known

    def _judge(self, filename: str) -> str:
        path = os.path.abspath(filename)
        if path in self._code:
            return CODE
        if filename.startswith("<") or path.startswith(_OURS):
            return OTHER
        name = os.path.basename(path)
        below = path.removeprefix(self._root)
        if name.startswith(("test_", "conftest.")) or name.endswith("_test.py"):
            return TEST if below != path else OTHER
        if any(part in path for part in _ASIDE):
            return OTHER
        if not any(path == top or path.startswith(top + os.sep) for top in self._code):
            return OTHER
        return TEST if any(part in below for part in _TESTS) else CODE

    def place(self, frame: FrameType) -> Place:
        """Return where `frame` is."""
        code = frame.f_code
        path = self._relative.get(code.co_filename)
        if path is None:
            path = os.path.relpath(code.co_filename, self._root)
            self._relative[code.co_filename] = path
        return Place(path, frame.f_lineno or 1, code.co_qualname)

    def call(self, depth: int = 1) -> Call | None:
        """Return how the code under test came here; None when it is not running.

        Args:
            depth: How many frames of ours are in between.
        """
        return self.call_of(sys._getframe(depth + 1))

    def call_of(self, start: FrameType) -> Call | None:
        """Return how the code under test came to where `start` is."""
        frame: FrameType | None = start
        inner = entry = None
        tidying = False
        while frame is not None:
            kind = self.of(frame.f_code.co_filename)
            if kind == TEST:
                break
            if kind == CODE:
                inner, entry = inner or frame, frame
            elif inner is None and frame.f_code.co_name in _TIDYING:
                tidying = True
            frame = frame.f_back
        if inner is None or entry is None:
            return None
        tidying = tidying or inner.f_code.co_name in _TIDYING
        return Call(self.place(inner), entry, frame is not None, tidying)

    def is_running(self, depth: int = 1) -> bool:
        """Tell whether the code under test is running, as cheaply as can be."""
        frame: FrameType | None = sys._getframe(depth + 1)
        while frame is not None:
            kind = self.of(frame.f_code.co_filename)
            if kind:
                return kind == CODE
            frame = frame.f_back
        return False
