"""Known flaws of packages, from a folder or an archive of OSV records.

Nothing is fetched: whoever wants this judged names what they keep themselves, e.g. the
`PyPI/all.zip` that the OSV project publishes. Source: the OSV schema, 1.6.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from prodwright.core.errors import ConfigurationInvalid

_MOST_RECORD_BYTES = 2_000_000
_HINT = "name a folder or a .zip of OSV records for PyPI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One known flaw of one package.

    Attributes:
        id: E.g. `GHSA-...` or `PYSEC-...`.
        package: Canonical name.
        summary: In a line.
        versions: That have it, as they are written.
        ranges: Each from a version on, up to one that has it no more (or None), or
            up to the last that has it.
    """

    id: str
    package: str
    summary: str
    versions: frozenset[str]
    ranges: tuple[tuple[str, str | None, str | None], ...]

    def concerns(self, version: str) -> bool:
        """Tell whether `version` has the flaw."""
        return version in self.versions or any(
            _is_within(version, each) for each in self.ranges
        )

    @property
    def mended_in(self) -> tuple[str, ...]:
        """Versions that have it no more."""
        return tuple(fixed for _, fixed, _ in self.ranges if fixed)


def read_advisories(place: Path) -> tuple[Advisory, ...]:
    """Return the advisories for PyPI at `place`; withdrawn ones are left out.

    Raises:
        ConfigurationInvalid: There are none, or it cannot be read.
    """
    try:
        records = list(_records(place))
    except (OSError, zipfile.BadZipFile) as error:
        told = getattr(error, "strerror", None) or error
        raise ConfigurationInvalid(f"{place}: {told}", hint=_HINT) from error
    found = tuple(each for record in records for each in _advisories(record))
    if not found:
        raise ConfigurationInvalid(f"{place}: holds no OSV record", hint=_HINT)
    return found


def _records(place: Path) -> Iterator[Mapping[str, Any]]:
    for content in _in_archive(place) if place.is_file() else _in_folder(place):
        try:
            record = json.loads(content)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            yield record


def _in_folder(place: Path) -> Iterator[bytes]:
    if not place.is_dir():
        raise FileNotFoundError(2, "no such folder or file")
    for file in sorted(place.rglob("*.json")):
        if file.is_file() and file.stat().st_size <= _MOST_RECORD_BYTES:
            yield file.read_bytes()


def _in_archive(place: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(place) as archive:
        for each in archive.infolist():
            if each.filename.endswith(".json") and each.file_size <= _MOST_RECORD_BYTES:
                yield archive.read(each)


def _advisories(record: Mapping[str, Any]) -> Iterator[Advisory]:
    if record.get("withdrawn"):
        return
    for affected in _dicts(record.get("affected")):
        package = affected.get("package")
        if not isinstance(package, dict) or package.get("ecosystem") != "PyPI":
            continue
        versions = affected.get("versions")
        yield Advisory(
            id=str(record.get("id", "")),
            package=canonicalize_name(str(package.get("name", ""))),
            summary=str(record.get("summary") or record.get("details", ""))[:200],
            versions=frozenset(
                str(each) for each in (versions if isinstance(versions, list) else ())
            ),
            ranges=tuple(_ranges(affected)),
        )


def _ranges(
    affected: Mapping[str, Any],
) -> Iterator[tuple[str, str | None, str | None]]:
    for told in _dicts(affected.get("ranges")):
        if told.get("type") not in ("ECOSYSTEM", "SEMVER"):
            continue
        since = None
        for event in _dicts(told.get("events")):
            if "introduced" in event:
                since = str(event["introduced"])
            elif since is not None and "fixed" in event:
                yield since, str(event["fixed"]), None
                since = None
            elif since is not None and "last_affected" in event:
                yield since, None, str(event["last_affected"])
                since = None
        if since is not None:
            yield since, None, None


def _is_within(version: str, span: tuple[str, str | None, str | None]) -> bool:
    since, fixed, last = span
    try:
        asked = Version(version)
        return (
            (since == "0" or asked >= Version(since))
            and (fixed is None or asked < Version(fixed))
            and (last is None or asked <= Version(last))
        )
    except InvalidVersion:
        return False


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))
