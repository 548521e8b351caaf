"""All files of one review, for hazards that no single file shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from prodwright.analysis.dataflow import Followed, Unfollowed, follow
from prodwright.analysis.ir import Module
from prodwright.analysis.linking import Program
from prodwright.analysis.models import load
from prodwright.analysis.source import Source
from prodwright.core.errors import UnreadableSource

if TYPE_CHECKING:
    from prodwright.analysis.effects import Effects


@dataclass(frozen=True, kw_only=True, eq=False)
class Project:
    """The parsed files of one review.

    Attributes:
        sources: In path order; files that do not parse are not among them.
        texts: Files that are no Python, for hazards that name them.
        unread: Paths of those that cannot be parsed, each with the reason.
        models: Model files of the user, each as its name and its text.
        tells_entries: Whether parameters of a library's own functions count as
            sources, too.
        following: Follows values through it, with what is known of an earlier version;
            None: nothing is.
    """

    sources: tuple[Source, ...]
    texts: tuple[Source, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    models: tuple[tuple[str, str], ...] = ()
    tells_entries: bool = False
    following: Callable[[Project], Followed] | None = None

    @cached_property
    def modules(self) -> Mapping[str, Source]:
        """Sources by dotted module name, counted from the reviewed root."""
        return {source.module_name: source for source in self.sources}

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
        if self.following is not None:
            return self.following(self)
        lowered: list[tuple[str, Module]] = []
        too_deep: list[Unfollowed] = []
        for source in self.production():
            try:
                lowered.append((source.path, source.lowered))
            except UnreadableSource as error:
                too_deep.append(Unfollowed(path=source.path, reason=str(error)))
        packages = {each for _, module in lowered for each in module.packages}
        found = follow(Program.of(lowered), load(packages, self.models))
        return replace(found, unfollowed=(*too_deep, *found.unfollowed))

    @cached_property
    def effects(self) -> Effects:
        """What calling the functions that run in production does besides returning."""
        from prodwright.analysis.effects import effects_of  # few hazards ask for it

        return effects_of(self.production())

    @property
    def has_tests(self) -> bool:
        """Whether there is a test that can be run."""
        return any(source.holds_tests for source in self.sources)

    def production(self) -> Iterator[Source]:
        """Yield the sources that run in production."""
        return (each for each in self.sources if not each.is_test | each.is_aside)


def project_of(files: Mapping[str, str]) -> Project:
    """Return the project of these texts by path."""
    every = [
        Source(path=path, text=text, is_python=path.endswith(".py"))
        for path, text in sorted(files.items())
    ]
    return Project(
        sources=tuple(each for each in every if each.is_python),
        texts=tuple(each for each in every if not each.is_python),
    )
