"""Iterating: taking turns among sources, and going over one several times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Replayed:
    """An iterator that can be gone over again; it is asked only once.

    Args:
        source: What is asked, one by one, as far as anybody went.
    """

    def __init__(self, source: Iterator[Any]) -> None:
        self._source = source
        self._seen: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        """Yield what was seen before, then what is new."""
        number = 0
        while True:
            if number == len(self._seen):
                try:
                    self._seen.append(next(self._source))
                except StopIteration:
                    return
            yield self._seen[number]
            number += 1


def in_turns(sources: list[Iterator[Any]], rounds: int | None = None) -> Iterator[Any]:
    """Yield one of each source, then another of each; all of them without `rounds`.

    What is left in `sources` after some rounds can be gone on with.
    """
    waiting = list(sources)
    while waiting and rounds != 0:
        rest = []
        for source in waiting:
            try:
                yield next(source)
            except StopIteration:
                continue
            rest.append(source)
        waiting = rest
        rounds = None if rounds is None else rounds - 1
