"""A finding: one hazard at one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a hazard hurts in production; comparable."""

    NOTE = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def label(self) -> str:
        """The lower-case name, as written in reports and options."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step of the way that a dangerous value takes.

    Attributes:
        path: Relative to the reviewed root, `/`-separated.
        line: 1-based.
        column: 1-based, in characters.
        note: What happens here, e.g. `becomes query`.
        text: The source line, without indentation.
    """

    path: str
    line: int
    column: int
    note: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One hazard at one place.

    Attributes:
        path: Relative to the reviewed root, `/`-separated.
        line: 1-based.
        column: 1-based, in characters.
        end_line: 1-based, inclusive.
        hazard: Name of the hazard, e.g. `generic-except`.
        practice: Name of the practice it breaks, e.g. `specific-handlers`.
        severity: How much it hurts.
        message: What is wrong here, one sentence without a full stop.
        excerpt: The first source line, without indentation.
        stage: Which stage of the gate saw it.
        replay: Command that shows it again, where an experiment found it.
        trace: The way of a value from where it comes in to here; empty for findings
            that need none.
        fingerprint: Stable across unrelated edits: content, not line number.
    """

    path: str
    line: int
    column: int
    end_line: int
    hazard: str
    practice: str
    severity: Severity
    message: str
    excerpt: str = ""
    stage: str = "static"
    replay: str = ""
    fingerprint: str = ""
    trace: tuple[TraceStep, ...] = ()

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Sort key: reading order, then hazard."""
        return (self.path, self.line, self.column, self.hazard)
