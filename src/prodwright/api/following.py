"""Follows values through a project again, anew only where something has changed."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from prodwright.adapters.shelves import Damaged, Shelf, Span, digest
from prodwright.analysis import Project
from prodwright.analysis.dataflow import Followed, Unfollowed, follow_again
from prodwright.analysis.linking import Brief, Program
from prodwright.analysis.models import Models, known_packages, load
from prodwright.kit.recording import Record

# Models, and what makes the traces of the last time as plain values.
Load = Callable[[set[str], tuple[tuple[str, str], ...]], Models]
_Traces = tuple[str, Callable[[], Any]]


class FlowMemory:
    """What was found by following values, and what that rests on.

    Args:
        found: Digest of all that it depends on, and what it found, as plain values.
        packed: The traces as bytes, or where they are on the shelf.
        shelf: Where they are kept.
    """

    def __init__(
        self,
        found: tuple[bytes, Any] | None = None,
        packed: bytes | Span = b"",
        shelf: Shelf | None = None,
    ) -> None:
        self.found = found
        self._packed = packed
        self._shelf = shelf
        self._traces: _Traces | None = None

    def follow(
        self,
        project: Project,
        records: Mapping[str, Record],
        contents: Mapping[str, bytes],
        load_models: Load = load,
    ) -> Followed:
        """Follow the values of `project`.

        Args:
            project: What is followed.
            records: Of the files that run in production, by path.
            contents: What tells each of them from any other, by path.
            load_models: Returns what is known of packages, with the user's own models.
        """
        asked = (project.models, project.tells_entries, *contents.items())
        key = digest(repr(asked).encode())
        if self.found is not None and self.found[0] == key:
            return Followed.from_values(self.found[1])
        found = self._followed(project, records, contents, load_models)
        too_deep = (
            Unfollowed(path=path, reason=each.unlowered)
            for path, each in records.items()
            if each.unlowered
        )
        whole = replace(found, unfollowed=(*too_deep, *found.unfollowed))
        self.found = (key, whole.values())
        return whole

    def _followed(
        self,
        project: Project,
        records: Mapping[str, Record],
        contents: Mapping[str, bytes],
        load_models: Load,
    ) -> Followed:
        sources = {
            each.module_name: each
            for each in project.production()
            if records[each.path].brief
        }
        told = (records[each.path].brief for each in sources.values())
        briefs = [Brief._make(each) for each in told]
        packages = {name for each in briefs for name in each.packages}
        program = Program(
            briefs,
            lambda name: sources[name].lowered,
            {name: contents[each.path] for name, each in sources.items()},
        )
        choice = repr((project.models, sorted(known_packages() & packages)))
        found, keep = follow_again(
            program,
            load_models(packages, project.models),
            self._recalled(choice),
            with_entries=project.tells_entries,
        )
        self._traces, self._packed = (choice, keep), b""
        return found

    def _recalled(self, choice: str) -> Any:
        """Return the traces of the last time, if they are of the same models."""
        if self._traces is None:
            self._traces = self._unpacked()
        if self._traces is None or self._traces[0] != choice:
            return None
        return self._traces[1]()

    def _unpacked(self) -> _Traces | None:
        if self._shelf is None or isinstance(self._packed, bytes):
            return None
        try:
            content = self._shelf.module(self._packed)
        except Damaged:
            return None
        choice, values = marshal.loads(content)  # noqa: S302 - only the user writes it
        return choice, lambda: values

    def beside(self) -> FlowMemory:
        """Return one that knows the same and by which this one learns nothing."""
        return FlowMemory(self.found, self._packed, self._shelf)

    def packed(self) -> bytes | Span:
        """Return the traces as bytes, or where they are; empty where there are none."""
        if self._traces is not None and not self._packed:
            choice, keep = self._traces
            values = keep()
            self._traces = (choice, lambda: values)
            try:
                self._packed = marshal.dumps((choice, values))
            except ValueError:  # nested too deeply, or of a kind that cannot be kept
                return b""
        return self._packed

    def placed(self, span: Span, shelf: Shelf | None) -> None:
        """Let go of bytes that are on the shelf now."""
        self._packed, self._shelf = span, shelf
