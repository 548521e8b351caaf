"""`harden --dry-run`: the difference, without writing anything."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.git import find_repository
from prodwright.api.hardening import originals
from prodwright.api.opening import Surroundings
from prodwright.api.running import HardenRequest
from prodwright.api.scoping import scope_of
from prodwright.api.selecting import select_hazards
from prodwright.core.stop import StopReason
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.engineer.codemods import Codemods, Original
from prodwright.kit import Rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What `harden` would do to the files as they are now.

    Attributes:
        steps: Title and paths of each commit.
        dropped: Rewrites that would be taken back, with the reason.
        diff: Unified difference of all steps together.
    """

    steps: tuple[tuple[str, tuple[str, ...]], ...]
    dropped: tuple[str, ...]
    diff: str

    def document(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return {
            "schema_version": SCHEMA_VERSION,
            "stop_reason": StopReason.CLEAN.label,
            "steps": [
                {"title": title, "files": list(files)} for title, files in self.steps
            ],
            "dropped": list(self.dropped),
            "diff": self.diff,
        }


def preview(request: HardenRequest, around: Surroundings) -> Preview:
    """Return what would be written; works outside a repository, too.

    Raises:
        InputError: A path or a name cannot work as written.
    """
    git = find_repository(around.folder)
    root = git.root if git else around.folder
    settings = read_settings(root, around.variables)
    settings = replace(settings, only=request.only or settings.only)
    scope = [scope_of(path, around.folder, root) for path in request.paths]
    files = originals(root, scope, settings)
    hazards = tuple(
        hazard
        for hazard in select_hazards(settings)
        if isinstance(hazard.repair, Rewrite) and (hazard.repair.safe or request.unsafe)
    )
    proposal = Codemods(hazards=hazards, originals=files, passes=_no_tests).write()
    final = {path: body for step in proposal.steps for path, body in step.files.items()}
    return Preview(
        steps=tuple((step.title, tuple(step.files)) for step in proposal.steps),
        dropped=proposal.dropped,
        diff="".join(_differences(files, final)),
    )


def _no_tests(files: object) -> bool:
    """A preview runs nothing of the project."""
    return True


def _differences(files: tuple[Original, ...], final: dict[str, bytes]) -> Iterator[str]:
    before = {each.source.path: each.content for each in files}
    for path in sorted(final):
        old = before[path].decode(errors="replace").splitlines(keepends=True)
        new = final[path].decode(errors="replace").splitlines(keepends=True)
        yield from difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
