"""The engineer that needs no model: deterministic rewrites, each held to account.

A rewrite is kept when the file still parses, a second application changes
nothing, and the hazard occurs less often than before. When the project's tests
fail with all rewrites in place, the guilty ones are found by bisection and only
they are dropped.
"""

from __future__ import annotations

import codecs
import io
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from prodwright.analysis import Source
from prodwright.core.brief import Proposal, ProposedStep
from prodwright.core.errors import UnreadableSource
from prodwright.kit import Hazard
from prodwright.kit.judging import sites_in
from prodwright.kit.rewriting import rewritten

Unit = tuple[str, str]
Trial = Callable[[Mapping[str, bytes]], bool]
_MOST_GUILTY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One file as it was committed."""

    source: Source
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Codemods:
    """Applies the rewrites of `hazards` to `originals`.

    Attributes:
        hazards: Those with a rewrite that may be applied, in order.
        originals: The files in scope.
        passes: Tells whether the project's tests still pass with these files
            replaced.
    """

    hazards: tuple[Hazard, ...]
    originals: tuple[Original, ...]
    passes: Trial

    @cached_property
    def _contents(self) -> dict[str, bytes]:
        return {each.source.path: each.content for each in self.originals}

    def write(self) -> Proposal:
        """Return one step per hazard, without the rewrites that broke something."""
        refused: dict[Unit, str] = {}
        batches = self._apply(frozenset(), refused)
        guilty = self._guilty(batches)
        if guilty:
            batches = self._apply(frozenset(guilty), refused)
        reasons = {**refused, **dict.fromkeys(guilty, "the project's tests failed")}
        dropped = tuple(
            f"{hazard} in {path}: {reason}"
            for (hazard, path), reason in reasons.items()
        )
        return Proposal(steps=tuple(self._steps(batches)), dropped=dropped)

    def _apply(
        self, without: frozenset[Unit], refused: dict[Unit, str]
    ) -> list[tuple[Hazard, dict[str, Source]]]:
        current = {each.source.path: each.source for each in self.originals}
        batches = []
        for hazard in self.hazards:
            batch: dict[str, Source] = {}
            for path, source in current.items():
                if (hazard.name, path) in without or not sites_in(source, hazard):
                    continue
                mended = _mended(source, hazard, refused)
                if mended is not None:
                    batch[path] = mended
            current.update(batch)
            if batch:
                batches.append((hazard, batch))
        return batches

    def _guilty(self, batches: list[tuple[Hazard, dict[str, Source]]]) -> list[Unit]:
        units = [(hazard.name, path) for hazard, batch in batches for path in batch]
        guilty: list[Unit] = []
        if not units or self._passes(batches):
            return guilty
        while units and not self._passes_with(units, guilty):
            if len(guilty) == _MOST_GUILTY:
                return guilty + units  # too much breaks: nothing is worth the risk
            found = self._first_guilty(units, guilty)
            units.remove(found)
            guilty.append(found)
        return guilty

    def _first_guilty(self, units: list[Unit], guilty: list[Unit]) -> Unit:
        """Return the last unit of the shortest prefix with which the tests fail."""
        passing, failing = 0, len(units)
        while failing - passing > 1:
            middle = (passing + failing) // 2
            if self._passes_with(units[:middle], guilty):
                passing = middle
            else:
                failing = middle
        return units[failing - 1]

    def _passes_with(self, units: list[Unit], guilty: list[Unit]) -> bool:
        kept = set(units)
        every = {
            (hazard.name, each.source.path)
            for hazard in self.hazards
            for each in self.originals
        }
        return self._passes(self._apply(frozenset((every - kept) | set(guilty)), {}))

    def _passes(self, batches: list[tuple[Hazard, dict[str, Source]]]) -> bool:
        final = {path: source for _, batch in batches for path, source in batch.items()}
        return self.passes({path: self._encoded(each) for path, each in final.items()})

    def _steps(
        self, batches: list[tuple[Hazard, dict[str, Source]]]
    ) -> Iterator[ProposedStep]:
        for hazard, batch in batches:
            files = {path: self._encoded(source) for path, source in batch.items()}
            noun = "file" if len(files) == 1 else "files"
            body = f"Hazard {hazard.name} in {len(files)} {noun}. {hazard.consequence}"
            yield ProposedStep(title=hazard.title, body=body, files=files)

    def _encoded(self, source: Source) -> bytes:
        return encode(source.text, self._contents[source.path])


def encode(text: str, original: bytes) -> bytes:
    """Return `text` in the encoding that `original` declares, byte order mark kept."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(original).readline)
    if encoding == "utf-8-sig":
        return codecs.BOM_UTF8 + text.encode("utf-8")
    return text.encode(encoding)


def _mended(source: Source, hazard: Hazard, refused: dict[Unit, str]) -> Source | None:
    """Return the mended file; None when there is nothing to mend or it is not safe."""
    unit = (hazard.name, source.path)
    mended = rewritten(source, hazard)
    if mended.text == source.text:
        return None
    mended = replace(mended)  # without anything that was derived from the old text
    try:
        left = len(sites_in(mended, hazard))
    except UnreadableSource:
        refused[unit] = "the result does not parse"
        return None
    if left >= len(sites_in(source, hazard)):
        refused[unit] = "the hazard would still be there"
        return None
    if rewritten(mended, hazard).text != mended.text:
        refused[unit] = "a second application would change it again"
        return None
    return mended
