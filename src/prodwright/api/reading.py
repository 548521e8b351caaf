"""What earlier reviews found out of files that are as they were."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from prodwright.adapters.files import decode, read_bytes
from prodwright.adapters.forked_work import divided
from prodwright.adapters.shelves import Damaged, Shelf, Span, digest
from prodwright.analysis import Project, Source
from prodwright.analysis.compact import unpacked
from prodwright.analysis.dataflow import Followed
from prodwright.analysis.ir import Module
from prodwright.analysis.models import load
from prodwright.api.following import FlowMemory, Load
from prodwright.api.kept_files import Kept, Rewritten, stamp_of
from prodwright.api.selecting import read_as_context
from prodwright.core.errors import ProdwrightError, UnreadableSource
from prodwright.core.finding import Finding
from prodwright.kit import Hazard
from prodwright.kit.recording import Record, findings_of, recalled, record

_TRACES = ""  # on the shelf beside the modules, which are there by path
# A file that was written this short a time ago may be written again without another
# time: the clock of file systems is coarse (as git has it, "racy").
_SETTLED_NANOSECONDS = 2_000_000_000
_LEAST_SHARED = 200  # files; fewer are judged sooner than processes are started


@dataclass(kw_only=True)
class Recall:
    """Reads the files of a review, and judges alone those that are not known.

    Attributes:
        hazards: Those that are looked for.
        with_concerns: Whether verdicts will be asked for.
        shelf: Where it is kept between processes; None: nowhere.
        jobs: How many processes judge files, when there are many.
        load_models: Returns what is known of libraries.
        kept: By shown path; also of files that are not there any more.
    """

    hazards: tuple[Hazard, ...]
    with_concerns: bool = False
    shelf: Shelf | None = None
    jobs: int = 1
    load_models: Load = load
    kept: dict[str, Kept] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _settled: set[str] = field(default_factory=set)  # found unchanged in this review
    _is_stale: bool = False
    _facts: int = 0
    flow: FlowMemory = field(default_factory=FlowMemory)

    def __post_init__(self) -> None:
        document = None if self.shelf is None else self.shelf.read()
        if document is not None:
            self._load(*document)

    def _load(self, spans: dict[str, Any], document: Any) -> None:
        files, found = document
        self.flow = FlowMemory(found, spans.get(_TRACES, b""), self.shelf)
        for path, stamp, content, values in files:
            *others, unlowered, told = values
            made = Record._make((*others, spans.get(path, b""), unlowered, told))
            self.kept[path] = Kept(stamp, content, made)
        self._facts = self._count()

    def begin(self) -> None:
        """Forget which files were seen: another review begins."""
        self._seen.clear()
        self._settled.clear()

    def forget(self, path: str) -> None:
        """Let the file be read anew."""
        self.kept.pop(path, None)
        self._settled.clear()

    def read(self, file: str, shown: str) -> Source:
        """Return the file at `file`, known as `shown`, as it is now.

        Raises:
            UnreadableSource: It is no Python, too large or not text.
            PathRefused: It is missing or not readable.
        """
        kept = self._current(file, shown)
        self._seen.add(shown)
        if kept.record.refused:
            raise UnreadableSource(kept.record.refused, hint="exclude this file")
        text = partial(self._text, file, shown, kept.content)
        return recalled(shown, kept.record, text, partial(self._module, shown, kept))

    def _current(self, file: str, shown: str) -> Kept:
        kept = self.kept.get(shown)
        if kept is not None and shown in self._settled:
            return kept
        now = time.time_ns()
        stamp = stamp_of(file)
        if kept is not None and kept.stamp == stamp:
            return kept
        settled = stamp if now - max(stamp[:2]) > _SETTLED_NANOSECONDS else None
        content = read_bytes(file, shown)
        told = digest(content)
        self._is_stale = True
        if kept is not None and kept.content == told:
            kept.stamp = settled
            return kept
        source = Source(path=shown, text=decode(content, shown))
        made = record(source, self.hazards, with_concerns=self.with_concerns)
        kept = self.kept[shown] = Kept(settled, told, made)
        return kept

    def prepare(self, files: Sequence[tuple[str, str]]) -> None:
        """Judge the files that are not known, in several processes if they are many.

        Args:
            files: Each with the path under which it is shown.
        """
        if self.jobs == 1 or len(files) < _LEAST_SHARED:
            return
        fresh = [each for each in files if not self._is_known(*each)]
        if len(fresh) < _LEAST_SHARED:
            return
        for made in divided(self._prepared, fresh, self.jobs):
            if made is not None:
                shown, stamp, content, values = made
                self.kept[shown] = Kept(stamp, content, Record._make(values))
                self._is_stale = True

    def _is_known(self, file: str, shown: str) -> bool:
        kept = self.kept.get(shown)
        try:
            known = kept is not None and kept.stamp == stamp_of(file)
        except ProdwrightError:
            return True  # it is told when its turn comes
        if known:
            self._settled.add(shown)
        return known

    def _prepared(self, file: tuple[str, str]) -> tuple[Any, ...] | None:
        try:
            kept = self._current(*file)
        except ProdwrightError:
            return None
        if isinstance(kept.record.module, tuple):
            return None  # as it was: this process knows it
        return (file[1], kept.stamp, kept.content, tuple(kept.record))

    def _text(self, file: str, shown: str, told: bytes) -> str:
        try:
            content = read_bytes(file, shown)
        except ProdwrightError as error:
            raise Rewritten(shown) from error
        if digest(content) != told:
            raise Rewritten(shown)
        return decode(content, shown)

    def _module(self, shown: str, kept: Kept) -> Module:
        packed = kept.record.module
        if isinstance(packed, bytes):
            return unpacked(packed)
        assert self.shelf is not None
        try:
            return unpacked(self.shelf.module(packed))
        except Damaged as error:
            raise Rewritten(shown) from error

    def read_as_context(self, file: str, shown: str) -> Source:
        """Return a file that is only looked at for what it says of others.

        Raises:
            UnreadableSource: It is too large or not text.
            PathRefused: It is missing or not readable.
        """
        try:
            return self.read(file, shown)
        except UnreadableSource:
            return read_as_context(file, shown)

    def found_alone(self, sources: Iterable[Source]) -> dict[Source, list[Finding]]:
        """Return what each of `sources` shows by itself."""
        practices = {each.name: each.practice for each in self.hazards}
        return {
            source: findings_of(source.path, self.kept[source.path].record, practices)
            for source in sources
        }

    def follow(self, project: Project) -> Followed:
        """Follow the values of `project`, anew only where something has changed."""
        before = self.flow.found
        found = self._followed(project, self.flow)
        self._is_stale |= self.flow.found is not before
        return found

    def follow_beside(self, project: Project) -> Followed:
        """Follow the values of another version, of which nothing is kept."""
        return self._followed(project, self.flow.beside())

    def _followed(self, project: Project, memory: FlowMemory) -> Followed:
        told = {each.path: self._told(each) for each in project.production()}
        return memory.follow(
            project,
            {path: made for path, (made, _) in told.items()},
            # One file may shadow another that is its like, so the path counts as well.
            {path: content + path.encode() for path, (_, content) in told.items()},
            self.load_models,
        )

    def _told(self, source: Source) -> tuple[Record, bytes]:
        """Return the record of a file, and what tells its content from any other."""
        if source.is_recalled:
            kept = self.kept[source.path]
            return kept.record, kept.content
        content = digest(source.text.encode("utf-8", "surrogatepass"))
        return record(source, (), with_concerns=False), content

    def keep(self) -> None:
        """Keep what is known of the files that were seen, and of the data flow."""
        gone = self.kept.keys() - self._seen
        for path in gone:
            del self.kept[path]
        facts = self._count()
        if self.shelf is not None and (self._is_stale or gone or facts != self._facts):
            self._placed(self.shelf.write(*self._document()))
        self._is_stale, self._facts = False, facts

    def _placed(self, spans: dict[str, Span]) -> None:
        """Let go of bytes that are on the shelf now."""
        span = spans.pop(_TRACES, None)
        if span is not None:
            self.flow.placed(span, self.shelf)
        for path, span in spans.items():
            kept = self.kept[path]
            kept.record = kept.record._replace(module=span)

    def _document(self) -> tuple[Any, dict[str, Any]]:
        files = [
            (path, each.stamp, each.content, (*each.record[:-3], *each.record[-2:]))
            for path, each in self.kept.items()
        ]
        modules = {
            path: each.record.module
            for path, each in self.kept.items()
            if each.record.module
        }
        packed = self.flow.packed()
        if packed:
            modules[_TRACES] = packed
        return (files, self.flow.found), modules

    def _count(self) -> int:
        return sum(len(each.record.facts) for each in self.kept.values())
