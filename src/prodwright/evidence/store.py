"""Records that are only ever added, each named by the hash of its content.

The index chains the hashes: a record that was changed, removed or slipped in
later is found by `damage`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.core.errors import RunUnfit

_START = "0" * 64
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry of the index.

    Attributes:
        digest: SHA-256 of the record's content, in hexadecimal.
        kind: What it records, e.g. `stage`.
        link: SHA-256 over the previous link, the kind and the digest.
    """

    digest: str
    kind: str
    link: str

    def __post_init__(self) -> None:
        if not _DIGEST.fullmatch(self.digest):  # it names a file
            raise ValueError(f"{self.digest!r} is no digest")


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """The records of one run.

    Attributes:
        folder: Where they are kept; created with the first record.
    """

    folder: Path

    def add(self, kind: str, content: Mapping[str, Any]) -> str:
        """Keep `content` and return its hash; keeping the same twice changes nothing.

        Raises:
            OSError: The disk is full or the folder may not be written to.
        """
        body = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
        digest = hashlib.sha256(body).hexdigest()
        records = list(self.records())
        if any(each.digest == digest for each in records):
            return digest
        self.folder.mkdir(parents=True, exist_ok=True)
        _write(self._file(digest), body)
        previous = records[-1].link if records else _START
        self._append(
            Record(digest=digest, kind=kind, link=_link(previous, kind, digest))
        )
        return digest

    def records(self) -> Iterator[Record]:
        """Yield the index; a last line cut off by a crash is passed over.

        Raises:
            RunUnfit: The index is damaged.
        """
        if not self._index.exists():
            return
        for line in self._index.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                yield self._record(line)

    def _record(self, line: bytes) -> Record:
        try:
            return Record(**json.loads(line))
        except (ValueError, TypeError, RecursionError) as error:
            raise RunUnfit(
                f"{self._index}: the evidence's index is damaged: {error}",
                hint="`prodwright runs undo` takes the run back",
            ) from error

    def read(self, digest: str) -> dict[str, Any]:
        """Return the content of one record."""
        content: dict[str, Any] = json.loads(self._file(digest).read_bytes())
        return content

    def damage(self) -> tuple[str, ...]:
        """Return what no longer fits: one sentence for each damaged record."""
        found = []
        previous = _START
        try:
            records = tuple(self.records())
        except RunUnfit as error:
            return (str(error),)
        for record in records:
            if record.link != _link(previous, record.kind, record.digest):
                found.append(f"the index was changed at {record.digest}")
            if not self._is_intact(record.digest):
                found.append(f"record {record.digest} is missing or was changed")
            previous = record.link
        return tuple(found)

    @property
    def _index(self) -> Path:
        return self.folder / "index.jsonl"

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.json"

    def _is_intact(self, digest: str) -> bool:
        file = self._file(digest)
        if not file.exists():
            return False
        return hashlib.sha256(file.read_bytes()).hexdigest() == digest

    def _append(self, record: Record) -> None:
        values = {"digest": record.digest, "kind": record.kind, "link": record.link}
        self._cut_torn_line()
        with self._index.open("ab") as file:
            file.write(json.dumps(values).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _cut_torn_line(self) -> None:
        if not self._index.exists():
            return
        content = self._index.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            _write(self._index, whole)


def _link(previous: str, kind: str, digest: str) -> str:
    return hashlib.sha256(f"{previous}\n{kind}\n{digest}".encode()).hexdigest()


def _write(file: Path, content: bytes) -> None:
    temporary = file.with_suffix(".partial")
    with temporary.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    temporary.replace(file)
