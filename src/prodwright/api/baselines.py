"""Findings that were there when a project began to be reviewed.

A baseline is a file beside the code, meant to be committed. It names each finding by
its content, so that it still holds when lines move, and no longer when they change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from prodwright.adapters.files import is_inside, refusal, write_atomically
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.finding import Finding

_VERSION = "1.0"
_MOST_BYTES = 50_000_000


class Baseline(NamedTuple):
    """What is known already.

    Attributes:
        fingerprints: Of the findings.
    """

    fingerprints: frozenset[str] = frozenset()

    def gone(self, findings: Sequence[Finding]) -> int:
        """Return how many of its findings are not among `findings` any more."""
        return len(self.fingerprints - {each.fingerprint for each in findings})


def baseline_path(root: Path, configured: str, named: Path | None) -> Path:
    """Return where the baseline of the repository at `root` is.

    Args:
        root: Top folder of the repository.
        configured: As the repository says; it must stay inside.
        named: As the user says; wins.

    Raises:
        ConfigurationInvalid: The repository names a place outside of itself.
    """
    if named is not None:
        return named
    place = root / configured
    if place.suffix != ".json" or not is_inside(place, root):
        raise ConfigurationInvalid(
            f"baseline = {configured!r} is no JSON file of this repository",
            hint="name one below its top folder, such as .prodwright/baseline.json",
        )
    return place


def read_baseline(place: Path, *, must_exist: bool) -> Baseline:
    """Return the baseline at `place`; an empty one when there is none.

    Raises:
        PathRefused: It cannot be read.
        ConfigurationInvalid: It is no baseline, or it is missing and must not be.
    """
    if not place.exists() and not must_exist:
        return Baseline()
    try:
        if place.exists() and not (place.is_file() or place.is_dir()):
            raise _unfit(place, "no file")  # reading a pipe may never end
        if place.stat().st_size > _MOST_BYTES:
            raise _unfit(place, f"more than {_MOST_BYTES:,} bytes")
        entries = json.loads(place.read_bytes())["findings"]
        known = frozenset(str(entry["fingerprint"]) for entry in entries)
    except OSError as error:
        raise refusal(error, place) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unfit(place, str(error)) from error
    return Baseline(fingerprints=known)


def write_baseline(place: Path, findings: Sequence[Finding]) -> None:
    """Write the baseline of `findings` to `place`, replacing an older one atomically.

    Raises:
        ConfigurationInvalid: What is there is no baseline.
        PathRefused: It cannot be written there.
    """
    read_baseline(place, must_exist=False)  # never replace a file of another kind
    entries = [
        {"fingerprint": e.fingerprint, "hazard": e.hazard, "path": e.path}
        for e in findings
    ]
    ordered = sorted(entries, key=lambda e: (e["path"], e["hazard"], e["fingerprint"]))
    document = {"schema_version": _VERSION, "findings": ordered}
    write_atomically(place, json.dumps(document, indent=1).encode() + b"\n")


def _unfit(place: Path, why: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"{place} is no baseline: {why}",
        hint="name another file, or remove it and run `prodwright review "
        "--write-baseline`",
    )
