"""What the tools work with: the desk's folder, and what may be done around it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from prodwright.adapters.sandbox import Completed
from prodwright.core.errors import PathRefused
from prodwright.core.finding import Finding
from prodwright.core.redaction import holds_secrets
from prodwright.engineer.phases.policy import Policy

_MOST_NAME_CHARACTERS = 240
_MOST_NAMED = 5
_OURS = frozenset({".git", ".prodwright"})
_PASSED_OVER = frozenset(
    {"__pycache__", "node_modules", ".venv", ".mypy_cache", ".pytest_cache"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """One run of the project's tests.

    Attributes:
        passed: How many passed.
        failed: Names of those that did not.
        output: The last of what was printed.
        trouble: Why the run counts for nothing; empty when it counts.
    """

    passed: int
    failed: tuple[str, ...]
    output: str
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """One desk and what the model may do at it.

    Attributes:
        folder: Top of the working copy.
        run: Runs a command in the sandbox, for at most so many seconds.
        test: Runs the tests at these paths; all without any.
        check: Returns what the gate's static stage finds in the file at a path.
        explain: Returns the guidance of a practice or hazard.
        ask: Asks the user; None when nobody is there.
        allow: Asks the user whether a command may run; None when nobody is there.
        install: Installs packages for this run, within the policy, and says what came
            of it; None where nothing can be installed.
        policy: Judges commands.
    """

    folder: Path
    run: Callable[[Sequence[str], float], Completed]
    test: Callable[[Sequence[str]], SuiteRun]
    check: Callable[[str], Sequence[Finding]]
    explain: Callable[[str], str]
    ask: Callable[[str], str | None] | None = None
    allow: Callable[[Sequence[str]], bool] | None = None
    install: Callable[[Sequence[str]], str] | None = None
    policy: Policy = field(default_factory=Policy)

    def place(self, path: str) -> Path:
        """Return where `path` is.

        Raises:
            PathRefused: It leads out of the folder, by whatever way, or to what no
                model may see.
        """
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise _refused(path, "leads out of the project", "keep to relative paths")
        if not path.isprintable() or len(path) > _MOST_NAME_CHARACTERS:
            raise _refused(path, "is no name for a file", "use a plain short name")
        if path.startswith("-"):
            raise _refused(path, "reads as an option", "write ./ before it")
        if _OURS.intersection(part.lower() for part in relative.parts):
            raise _refused(path, "is not part of the project", "leave it alone")
        if holds_secrets(path):
            raise _refused(path, "may hold secrets", "work without its content")
        place = self.folder.joinpath(*relative.parts)
        if not _is_straight(place, self.folder):
            raise _refused(path, "goes through a symbolic link", "name the real file")
        return place

    def files(self, below: str = "") -> Iterator[str]:
        """Yield the project's files in path order, relative to its top."""
        top = self.place(below) if below else self.folder
        if top.is_file():
            yield below
            return
        for place, folders, names in os.walk(top):
            folders[:] = sorted(set(folders) - _OURS - _PASSED_OVER)
            for name in sorted(names):
                yield Path(place, name).relative_to(self.folder).as_posix()


def shown(path: str) -> str:
    """Return `path` on one line, as a model may be told of it."""
    return path if path.isprintable() else ascii(path)


def not_kept(paths: Sequence[str]) -> str:
    """Say that git ignores `paths`, as a model or a person is told."""
    named = ", ".join(map(shown, paths[:_MOST_NAMED]))
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return f"the project's .gitignore ignores {named}{more}: it is not kept"


def _is_straight(place: Path, folder: Path) -> bool:
    """Tell whether no part of the way from `folder` to `place` is a link."""
    while place != folder:
        if place.is_symlink():
            return False
        place = place.parent
    return True


def _refused(path: str, why: str, hint: str) -> PathRefused:
    return PathRefused(f"{path!r} {why}", hint=hint)
