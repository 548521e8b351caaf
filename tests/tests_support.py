"""Doubles that tests of several rooms share."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema

import prodwright.delivery
from prodwright.adapters.git import Git
from prodwright.probes.sealing import END, seal_of

Program = Callable[..., CompletedProcess[str]]
Repository = Callable[[Mapping[str, str]], Git]


class Quiet:
    """A progress that remembers and shows nothing."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def started(self, step: str) -> None:
        self.told.append(f"started {step}")

    def finished(self, step: str, seconds: float, note: str) -> None:
        self.told.append(f"finished {step}")

    def note(self, text: str) -> None:
        self.told.append(text)

    def trying(self, text: str) -> None:
        self.told.append(f"trying {text}")

    def show(self, lines: Sequence[str]) -> None:
        self.told.extend(lines)


def fits_the_schema(text: str) -> dict[str, Any]:
    """Return the document, after holding it to the published schema."""
    folder = files(prodwright.delivery) / "schemas"
    schema = json.loads((folder / "result-1.0.schema.json").read_text("utf-8"))
    document: dict[str, Any] = json.loads(text)
    jsonschema.validate(document, schema)
    return document


def play_parts(folder: Path, *reports: str) -> None:
    """Write what the parts of a probing tell, as they would: sealed, up to the end.

    Args:
        folder: Top of the project's copy, in which the probes are mounted.
        *reports: Lines of each part; parts without any tell nothing.
    """
    place = next(folder.glob(".prodwright-*/prodwright_probes")).parent
    for part, told in enumerate(sorted(place.glob("settings-*.json"))):
        key = json.loads(told.read_text())["key"]
        lines = reports[part].splitlines() if part < len(reports) else []
        text = [*lines, json.dumps({END: True})]
        sealed = [
            f"{seal_of(key, n, each)} {n} {each}\n" for n, each in enumerate(text)
        ]
        (place / f"report-{part}.jsonl").write_text("".join(sealed))


def heed_interrupts() -> None:
    """Undo what a shell does to its background jobs: they ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
