"""What the user configured: command line over environment over file."""

from __future__ import annotations

from dataclasses import dataclass

from prodwright.core.finding import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be configured; nothing below `api` reads anything else.

    Attributes:
        fail_on: Findings below this severity are shown but do not fail.
        only: Hazards, practices or principles to judge; empty means all.
        skip: Hazards, practices or principles to leave out.
        exclude: Paths or glob patterns, relative to the reviewed folder.
        attempts: How often work goes back to the engineer; 1 to 10.
        python: Interpreter that runs the project's tests; empty: looked for.
        test_timeout_seconds: Wall-clock limit of one run of the tests; 1 to 86,400.
    """

    fail_on: Severity = Severity.LOW
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    attempts: int = 3
    python: str = ""
    test_timeout_seconds: float = 600.0
