"""The traces of an earlier version of a program, and which of them may still hold."""

from __future__ import annotations

from typing import Any

from prodwright.analysis.dataflow.traces import Recalled
from prodwright.analysis.linking import Reference


class Earlier:
    """Traces by node.

    Args:
        values: By node, as plain values.
        changed: Numbers of the lookups that have another answer now.
    """

    def __init__(self, values: dict[Reference, Any], changed: frozenset[int]) -> None:
        self._values = values
        self._changed = changed

    def trace(self, node: Reference) -> Recalled | None:
        """Return the trace of a node, whether it holds or not."""
        values = self._values.get(node)
        return None if values is None else Recalled(values)

    def standing(self, node: Reference) -> Recalled | None:
        """Return the trace of a node whose lookups are answered as they were."""
        values = self._values.get(node)
        if values is None or not self._changed.isdisjoint(values[0]):
            return None
        return Recalled(values)
