"""What a person is told of one boundary."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any


def summary_lines(told: dict[str, Any]) -> Iterator[str]:
    """Yield what a person wants to know of one operation."""
    if "operation" not in told:
        return
    yield f"{told['operation']}: {told['requests']} inputs"
    for each in told["sightings"]:
        path, line = each["place"]
        yield f"  {path}:{line}: {each['kind']} ({each['level']}): {each['says']}"
        case = f"{told['operation']}~{each['case']}"
        words = ["pytest", told["test"], "--prodwright-hostile", case]
        yield f"    again: {shlex.join(words)}"
