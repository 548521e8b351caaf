"""What an engineer means to do, before it writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ACCEPTED: Final = "accepted"
EDITED: Final = "edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPractice:
    """One practice that the work must keep, and how that will be shown."""

    practice: str
    shown_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be written, and how it will be shown to hold.

    Attributes:
        summary: One paragraph.
        files: Paths to be written or changed, each with its purpose.
        interfaces: Signatures, routes, commands that others will use.
        tests: What will be tested, one sentence each.
        risks: What may go wrong, and what is done about it.
        practices: Those of the 42 that apply.
        agreed: `accepted` or `edited`, by a person who read it; empty: nobody did.
    """

    summary: str
    files: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    practices: tuple[PlannedPractice, ...] = ()
    agreed: Literal["", "accepted", "edited"] = ""

    def lines(self) -> tuple[str, ...]:
        """Return the plan as a person reads it."""
        parts = (
            ("files", self.files),
            ("interfaces", self.interfaces),
            ("tests", self.tests),
            ("risks", self.risks),
            (
                "practices",
                tuple(f"{each.practice}: {each.shown_by}" for each in self.practices),
            ),
        )
        told = [self.summary]
        for title, entries in parts:
            if entries:
                told += [f"{title}:", *(f"  - {entry}" for entry in entries)]
        return tuple(told)
