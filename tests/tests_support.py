"""Doubles that tests of several rooms share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from subprocess import CompletedProcess

from prodwright.adapters.git import Git

Program = Callable[..., CompletedProcess[str]]
Repository = Callable[[Mapping[str, str]], Git]


class Quiet:
    """A progress that remembers and shows nothing."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def started(self, step: str) -> None:
        self.told.append(f"started {step}")

    def finished(self, step: str, seconds: float, note: str) -> None:
        self.told.append(f"finished {step}")

    def note(self, text: str) -> None:
        self.told.append(text)

    def show(self, lines: Sequence[str]) -> None:
        self.told.extend(lines)
