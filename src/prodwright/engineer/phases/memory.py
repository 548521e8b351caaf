"""What is done once is remembered: a crash repeats nothing that was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

ResultT = TypeVar("ResultT")


class Memory(Protocol):
    """Does work once: what is recorded is read back after a crash."""

    def once(
        self, name: str, kind: type[ResultT], work: Callable[[], ResultT]
    ) -> ResultT:
        """Return the recorded result of `name`, or do `work` and record it."""

    def has(self, name: str) -> bool:
        """Tell whether `name` is recorded."""
