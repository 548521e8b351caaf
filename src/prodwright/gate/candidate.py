"""What the gate judges, and what it judges with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from prodwright.adapters.environments import Environment
from prodwright.adapters.sandbox import Sandbox
from prodwright.analysis import Project
from prodwright.core.profile import Profile
from prodwright.gate.permission import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One change, checked out.

    Attributes:
        tree: Worktree with the change in it; never written to by a stage.
        base: Worktree with the code before it.
        folder: Folder of the project inside the repository; empty for its top.
        after: All Python files of the project, parsed.
        before: The same before the change.
        changed: Paths that the change touches, relative to the repository.
        profile: The promises that the code must keep.
        pledged: The project with the tests as they were when they were red; None
            when nobody wrote the tests first.
        permission: What the user lets the change do.
    """

    tree: Path
    base: Path
    folder: str
    after: Project
    before: Project
    changed: tuple[str, ...]
    profile: Profile
    pledged: Project | None = None
    permission: Permission = field(default_factory=Permission)

    @property
    def is_new(self) -> bool:
        """Whether the project did not exist before."""
        return not self.before.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolbox:
    """What stages that run foreign code need.

    Attributes:
        copy: Makes a copy of a tree, under a name, that may be spoilt.
        sandbox: Returns the isolation, or raises when there is none.
        environment: Returns what the project runs with; None when none is found.
        timeout_seconds: Wall-clock limit of one run of the tests.
    """

    copy: Callable[[Path, str], Path]
    sandbox: Callable[[], Sandbox]
    environment: Callable[[], Environment | None]
    timeout_seconds: float
