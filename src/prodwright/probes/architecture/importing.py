"""Imports each module before any other: whether the order decides that it works."""

from __future__ import annotations

import importlib
import time
import traceback
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from prodwright.probes.children import in_child

_MODULE_SECONDS = 20.0
_HALF_MADE = "partially initialized module"


def tried_first(
    modules: Mapping[str, str], part: int, parts: int, ends_at: float
) -> Iterator[dict[str, Any]]:
    """Yield what comes of each module that is imported first in a process of its own.

    Args:
        modules: Absolute paths of files by the names they are imported by.
        part: Number of this process.
        parts: How many there are.
        ends_at: Monotonic seconds from which on no further one is tried.
    """
    for number, (name, path) in enumerate(modules.items()):
        if number % parts == part:
            is_late = time.monotonic() > ends_at
            told = (
                {"state": "unjudged", "says": "the time ran out"}
                if is_late
                else in_child(partial(_imported, name), _MODULE_SECONDS)
            )
            why = {"state": "unjudged", "says": "it hung or ended the process"}
            place = {"module": name, "path": path, "line": 1}
            yield {"kind": "import", **place, **(told or why)}


def _imported(name: str) -> dict[str, Any]:
    try:
        importlib.import_module(name)
    # The module is the project's, and may raise what it likes.
    except BaseException as error:  # noqa: BLE001
        return _judged(error)
    return {"state": "fine", "says": ""}


def _judged(error: BaseException) -> dict[str, Any]:
    says = f"{type(error).__name__}: {error}"
    if not (isinstance(error, ImportError | AttributeError) and _HALF_MADE in says):
        return {"state": "unjudged", "says": says[:300]}
    own = [each for each in traceback.extract_tb(error.__traceback__) if each.lineno]
    inner = next((e for e in reversed(own) if not e.filename.startswith("<")), None)
    place = {"path": inner.filename, "line": inner.lineno} if inner else {}
    says = str(error).partition(" (")[0]
    return {"state": "cycle", "says": says[:300], **place}
