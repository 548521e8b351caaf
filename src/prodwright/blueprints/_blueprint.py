"""What a blueprint is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prodwright.core.profile import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One commit of the delivered project.

    Attributes:
        title: Commit subject, imperative mood.
        folder: Folder under the blueprint's `files/` that holds its templates.
    """

    title: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """A service that can be written without a model.

    Attributes:
        name: Name of the blueprint, and of its folder with `_` for `-`.
        title: What the finished project calls itself, e.g. in its README.
        package: Name of the Python package that the project consists of.
        words: Terms that speak for this blueprint in a request, with weights: 1
            for words it shares with other requests, 2 and more for telling ones.
            A blueprint without words is a component: others include it, no
            request finds it.
        questions: At most six, the most consequential first.
        steps: Commits in order, after those of the included components.
        includes: Components whose steps come first. A template folder named like
            a step of a component is laid over that step.
        dependencies: Requirement specifiers beside those of the components.
    """

    name: str
    title: str
    package: str
    words: Mapping[str, int] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    steps: tuple[Step, ...] = ()
    includes: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()

    @property
    def is_component(self) -> bool:
        """Whether this is a part of other blueprints, not a service by itself."""
        return not self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedStep:
    """One commit, ready to be written.

    Attributes:
        title: Commit subject.
        files: Text by path, relative to the project root, `/`-separated, sorted.
            A path that an earlier step wrote is replaced.
    """

    title: str
    files: Mapping[str, str]
