"""Parts that record tests side by side, and tell each other what they saw.

Tests could write these files as well; all that they would change is what is tried.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any

_LOOK_SECONDS = 0.1
Recorded = list[tuple[int, dict[str, Any]]]


class Sharing:
    """What one part gives to the others, and takes from them.

    Args:
        folder: That all parts know; empty: there is one part only.
        part: Number of this one.
        parts: How many there are.
    """

    def __init__(self, folder: str, part: int, parts: int) -> None:
        self._folder = folder
        self._part = part
        self._parts = parts if folder else 1

    def is_mine(self, number: int) -> bool:
        """Tell whether this part records the test of that number."""
        return number % self._parts == self._part % self._parts

    def exchanged(self, own: Recorded, until: float) -> Recorded:
        """Return what all parts recorded, in the order of tests.

        Args:
            own: What this part recorded, with the numbers of tests.
            until: On the monotonic clock; whoever is later is not waited for.
        """
        if self._parts == 1:
            return own
        self._give(own)
        found = list(own)
        for part in range(self._parts):
            if part != self._part:
                found += self._taken(self._path(part), until)
        return sorted(found, key=lambda each: each[0])

    def _path(self, part: int) -> str:
        return os.path.join(self._folder, f"recorded-{part}.json")

    def _give(self, own: Recorded) -> None:
        path = self._path(self._part)
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            json.dump(own, file)
        os.replace(f"{path}.new", path)

    def _taken(self, path: str, until: float) -> Recorded:
        while not os.path.exists(path) and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        try:
            with open(path, encoding="utf-8") as file:
                return [(int(number), told) for number, told in json.load(file)]
        except (OSError, ValueError, TypeError):
            return []
