"""Room for code that is nested deeply."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Frames of pure Python need no C stack since Python 3.11; comparing a value this deep
# needs about 500 bytes of it per level, and a thread has eight megabytes.
_MOST_FRAMES = 10_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow more frames than Python does by default, and put the limit back."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
