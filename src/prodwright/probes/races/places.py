"""Which files are under test, and where in them a frame is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePath
from types import CodeType, FrameType

_ASIDE = ("site-packages", "dist-packages")
_TESTS = frozenset({"test", "tests", "testing"})


class Places:
    """Tells code under test from tests and from everything else.

    Args:
        root: Paths are told relative to it.
        code: Absolute paths of files and folders under test.
    """

    def __init__(self, root: str, code: Sequence[str]) -> None:
        self._root = root
        self._code = tuple(code)
        self._known: dict[str, bool] = {}

    def is_code(self, filename: str) -> bool:
        """Tell whether a file is under test."""
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._judge(filename)
        return known

    def _judge(self, filename: str) -> bool:
        if filename.startswith("<"):
            return False
        path = os.path.abspath(filename)
        if path in self._code:
            return True  # it was named itself
        name = os.path.basename(path)
        if name.startswith(("test_", "conftest.")) or name.endswith("_test.py"):
            return False
        parts = PurePath(path.removeprefix(self._root)).parts
        if _TESTS.intersection(parts[:-1]) or any(each in path for each in _ASIDE):
            return False
        tops = self._code
        return any(path == top or path.startswith(top + os.sep) for top in tops)

    def relative(self, code: CodeType) -> str:
        """Return the path of a file, `/`-separated."""
        path = os.path.relpath(code.co_filename, self._root)
        return path.replace(os.sep, "/")

    def is_outermost(self, frame: FrameType) -> bool:
        """Tell whether no code under test called what `frame` runs."""
        around = frame.f_back
        while around is not None:
            if self.is_code(around.f_code.co_filename):
                return False
            around = around.f_back
        return True
