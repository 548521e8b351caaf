"""All files of one review, for hazards that no single file shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from prodwright.analysis.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Project:
    """The parsed files of one review.

    Attributes:
        sources: In path order; files that do not parse are not among them.
        unread: Paths of those that cannot be parsed, each with the reason.
    """

    sources: tuple[Source, ...]
    unread: tuple[tuple[str, str], ...] = ()

    @cached_property
    def modules(self) -> Mapping[str, Source]:
        """Sources by dotted module name, counted from the reviewed root."""
        return {module_name(source.path): source for source in self.sources}

    @property
    def has_tests(self) -> bool:
        """Whether there is a test that can be run."""
        return any(source.holds_tests for source in self.sources)

    def production(self) -> Iterator[Source]:
        """Yield the sources that run in production."""
        return (each for each in self.sources if not each.is_test | each.is_aside)


def module_name(path: str) -> str:
    """Return the dotted name of the module at `path`; a leading `src/` is dropped."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[0] == "src":
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)
