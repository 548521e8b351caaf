"""Reports that the tests in the same process cannot add to, take from, or put in order.

Settings hold a key, and are taken away before pytest imports a file of the project.
Each line of a report bears its number and a seal made with the key; the last one says
that it is the last. Whoever searches the memory of the process still finds the key.
"""

from __future__ import annotations

import hmac
import json
import os
from typing import Any

_OPEN = open  # as it is before anybody replaces it
END = "the end"


def taken_settings(variable: str) -> dict[str, Any] | None:
    """Return the settings whose file `variable` names, and remove it; None: none are.

    What tests start has neither the variable nor the file.
    """
    told = os.environ.pop(variable, "")
    if not told:
        return None
    with _OPEN(told, encoding="utf-8") as file:
        settings: dict[str, Any] = json.load(file)
    os.unlink(told)
    return settings


def seal_of(key: str, number: int, text: str) -> str:
    """Return the seal of one line.

    Args:
        key: Of the report.
        number: Of the line, from 0.
        text: What it tells.
    """
    return hmac.new(key.encode(), f"{number} {text}".encode(), "sha256").hexdigest()


class Report:
    """Lines of JSON that are appended to a file.

    Args:
        path: Of the file; empty: nothing is written.
        key: Seals the lines; empty: they are told as they are, for a person.
    """

    def __init__(self, path: str, key: str = "") -> None:
        self._path = path
        self._key = key
        self._number = 0

    def tell(self, entry: dict[str, Any]) -> None:
        """Append one line."""
        if not self._path:
            return
        text = json.dumps(entry)
        if self._key:
            seal = seal_of(self._key, self._number, text)
            text = f"{seal} {self._number} {text}"
            self._number += 1
        with _OPEN(self._path, "a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def end(self) -> None:
        """Say that this was all; a person sees that."""
        if self._key:
            self.tell({END: True})
