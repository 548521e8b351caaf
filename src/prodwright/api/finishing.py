"""What is known of a run that came to an end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.api.reported import read_report
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.runs import RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that came to an end.

    Attributes:
        record: What it was started with.
        root: Top folder of its repository.
        delivery: What the user received.
        brief: What it worked from.
        change: What was written last.
        diff: Textual difference of the change.
        untouched: Paths with uncommitted changes, which were left alone.
    """

    record: RunRecord
    root: Path
    delivery: Delivery
    brief: Brief
    change: Change
    diff: str
    untouched: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return it as the published JSON document."""
        report = Path(self.delivery.report).with_suffix(".json")
        document = read_report(report, self.record.id)
        document["report"] = self.delivery.report
        document["checked_out"] = self.delivery.checked_out
        document["untouched"] = list(self.untouched)
        return document
