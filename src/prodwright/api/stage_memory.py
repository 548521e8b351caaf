"""Results of stages, reused while the hashes of their inputs are unchanged."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import prodwright
from prodwright.adapters.files import write_atomically
from prodwright.core.errors import PathRefused, StorageFailed
from prodwright.core.judgement import Outcome, StageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMemory:
    """Results of stages by all that they depend on.

    Attributes:
        folder: Where they are kept, in the user's cache.
        inputs: Everything that a result depends on, as text.
        reusable: Names of the stages that are remembered.
    """

    folder: Path
    inputs: str
    reusable: tuple[str, ...]

    def result(self, name: str, work: Callable[[], StageResult]) -> StageResult:
        """Return the kept result, or do `work` and keep it."""
        return self._recall(name) or self._keep(name, work())

    def _recall(self, name: str) -> StageResult | None:
        from pydantic import TypeAdapter, ValidationError

        if name not in self.reusable:
            return None
        try:
            content = self._file(name).read_bytes()
            result = TypeAdapter(StageResult).validate_json(content)
        except (OSError, ValidationError):
            return None  # not there, or by another version: it is judged anew
        return replace(result, reason=f"{result.reason} (reused: same inputs)")

    def _keep(self, name: str, result: StageResult) -> StageResult:
        from pydantic import TypeAdapter

        if name in self.reusable and result.outcome is not Outcome.UNJUDGED:
            content = TypeAdapter(StageResult).dump_json(result)
            # A memory that cannot be written to costs time, not the run.
            with contextlib.suppress(PathRefused, StorageFailed):
                write_atomically(self._file(name), content)
        return result

    def _file(self, name: str) -> Path:
        digest = hashlib.sha256(f"{name}\n{self.inputs}".encode()).hexdigest()
        return self.folder / f"{digest}.json"


def installation_digest() -> str:
    """Return a hash that changes with our own code."""
    root = Path(prodwright.__file__).parent
    digest = hashlib.sha256(prodwright.__version__.encode())
    for file in sorted(root.rglob("*.py")):
        digest.update(f"{file.relative_to(root)} {file.stat().st_size} ".encode())
        digest.update(str(file.stat().st_mtime_ns).encode())
    return digest.hexdigest()


def tree_digest(tree: Path, apart: Iterable[str] = (".git",)) -> str:
    """Return a hash of the names, links, modes and bytes of all files below `tree`.

    Args:
        tree: A copy that nobody writes to meanwhile.
        apart: Names of folders at its top that do not count.
    """
    digest = hashlib.sha256()
    left_out = frozenset(apart)
    for place in sorted(tree.rglob("*")):
        name = place.relative_to(tree)
        if name.parts[0] in left_out:
            continue
        if place.is_symlink():
            digest.update(f"{name}\0link\0{place.readlink()}\0".encode())
        elif place.is_file():
            mode = place.stat().st_mode & 0o777
            content = hashlib.sha256(place.read_bytes()).hexdigest()
            digest.update(f"{name}\0{mode:o}\0{content}\0".encode())
    return digest.hexdigest()
