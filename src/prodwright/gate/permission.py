"""What the user lets a change do that otherwise counts against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from prodwright.core.finding import Finding, Severity
from prodwright.core.plan import Plan

_ANY_DEPTH = "**"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Paths that a person named; never what a model or a repository says.

    Attributes:
        patterns: As typed with `--allow-path`.
        planned: Files of a plan that a person read and accepted, or wrote.
    """

    patterns: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()

    def typed(self, path: str) -> str:
        """Return by which pattern `path` is allowed, as a phrase; empty: by none."""
        for pattern in self.patterns:
            if matches(path, pattern):
                return f"the user typed --allow-path {pattern}"
        return ""

    def named(self, path: str) -> str:
        """Return why `path` itself, as a whole, is allowed; empty when it is not."""
        if path in self.planned:
            return "the plan that the user agreed to names it"
        return self.typed(path)


def permission(patterns: Sequence[str], plan: Plan | None) -> Permission:
    """Return what the user allows.

    Args:
        patterns: As typed.
        plan: What is to be done; it counts only when a person agreed to it.
    """
    files = plan.files if plan is not None and plan.agreed else ()
    return Permission(patterns=tuple(patterns), planned=tuple(map(_path, files)))


def allowed(finding: Finding, why: str) -> Finding:
    """Return `finding` as it stands once the user allows it: told, and no more."""
    if not why:
        return finding
    told = f"{finding.message}; allowed: {why}"
    return replace(finding, severity=Severity.NOTE, message=told)


def matches(path: str, pattern: str) -> bool:
    """Tell whether all of `path` fits: `*` stays in a folder, `**` is any depth."""
    return _fits(PurePosixPath(path).parts, PurePosixPath(pattern).parts)


def _fits(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    first, *others = patterns
    if first == _ANY_DEPTH:
        return any(_fits(parts[n:], others) for n in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], first) and _fits(parts[1:], others)


def _path(entry: str) -> str:
    """A plan's entry is `path: purpose`."""
    named = entry.partition(":")[0].strip().strip("`")
    return PurePosixPath(named).as_posix()
