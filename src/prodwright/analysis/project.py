"""All files of one review, for hazards that no single file shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from prodwright.analysis.dataflow import Followed, Unfollowed, follow
from prodwright.analysis.ir import Module
from prodwright.analysis.linking import Program
from prodwright.analysis.lowering import lower
from prodwright.analysis.models import load
from prodwright.analysis.source import Source
from prodwright.core.errors import UnreadableSource


@dataclass(frozen=True, kw_only=True, eq=False)
class Project:
    """The parsed files of one review.

    Attributes:
        sources: In path order; files that do not parse are not among them.
        unread: Paths of those that cannot be parsed, each with the reason.
        models: Model files of the user, each as its name and its text.
        tells_entries: Whether parameters of a library's own functions count as
            sources, too.
    """

    sources: tuple[Source, ...]
    unread: tuple[tuple[str, str], ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    tells_entries: bool = False

    @cached_property
    def modules(self) -> Mapping[str, Source]:
        """Sources by dotted module name, counted from the reviewed root."""
        return {module_name(source.path): source for source in self.sources}

    @cached_property
    def by_path(self) -> Mapping[str, Source]:
        """Sources by their paths."""
        return {source.path: source for source in self.sources}

    @cached_property
    def data_flow(self) -> Followed:
        """What was found by following values through the code that runs in production.

        Raises:
            ConfigurationInvalid: A model file says what none may say.
        """
        lowered: list[tuple[str, Module]] = []
        too_deep: list[Unfollowed] = []
        for source in self.production():
            try:
                lowered.append((source.path, _lowered(source)))
            except UnreadableSource as error:
                too_deep.append(Unfollowed(path=source.path, reason=str(error)))
        packages = {each for _, module in lowered for each in module.packages}
        found = follow(Program(lowered), load(packages, self.models))
        return replace(found, unfollowed=(*too_deep, *found.unfollowed))

    @property
    def has_tests(self) -> bool:
        """Whether there is a test that can be run."""
        return any(source.holds_tests for source in self.sources)

    def production(self) -> Iterator[Source]:
        """Yield the sources that run in production."""
        return (each for each in self.sources if not each.is_test | each.is_aside)


def _lowered(source: Source) -> Module:
    is_package = PurePosixPath(source.path).stem == "__init__"
    return lower(source.tree, module_name(source.path), is_package=is_package)


def module_name(path: str) -> str:
    """Return the dotted name of the module at `path`; a leading `src/` is dropped."""
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts and parts[0] == "src":
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts = parts[:-1]
    return ".".join(parts)
