"""Findings as a person likes to read them in a terminal.

Plain ANSI, because a review of one file must not wait for a rendering library.
Everything that comes from the reviewed code is stripped of control characters.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from prodwright.core.finding import Finding, Severity, TraceStep
from prodwright.core.printing import printable

_COLOURS = {
    Severity.CRITICAL: "1;35",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.NOTE: "2",
}
_LONGEST_LINE = 100


class Style(NamedTuple):
    """Whether to colour.

    Attributes:
        coloured: True for a terminal that shows ANSI colours.
    """

    coloured: bool

    def paint(self, text: str, code: str) -> str:
        """Return `text` in the ANSI style `code`; unchanged without colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.coloured else text


class Advice(NamedTuple):
    """What a hazard's file says: its consequence and its repair."""

    consequence: str
    repair: str
    automatic: bool


def findings_text(
    findings: Iterable[Finding], advice: Callable[[str], Advice], style: Style
) -> Iterator[str]:
    """Yield lines: findings by file, each with its line, consequence and repair.

    A hazard that occurs several times in a file is explained once.
    """
    for path, in_file in groupby(findings, key=lambda each: each.path):
        yield style.paint(printable(path.replace("\n", "\0")), "1;4")
        explained: set[str] = set()
        for finding in in_file:
            yield from _finding(finding, style)
            if finding.hazard not in explained:
                yield from _advice(advice(finding.hazard), style)
                explained.add(finding.hazard)
        yield ""


def _finding(finding: Finding, style: Style) -> Iterator[str]:
    colour = _COLOURS[finding.severity]
    label = style.paint(f"{finding.severity.label:<8}", colour)
    name = style.paint(finding.hazard, f"{colour};1")
    place = f"{finding.line}:{finding.column}"
    yield f"  {place:>8}  {label}  {name}  {printable(finding.message)}"
    if finding.excerpt:
        yield style.paint(f"{'':>12}{_short(printable(finding.excerpt))}", "2")
    for step in finding.trace:
        yield style.paint(f"{'':>14}{_step(step, finding.path)}", "2")


def _step(step: TraceStep, path: str) -> str:
    where = "" if step.path == path else f"{step.path.replace(chr(10), chr(0))}:"
    return _short(printable(f"{where}{step.line}  {step.note}: {step.text}"))


def _advice(advice: Advice, style: Style) -> Iterator[str]:
    yield from _wrapped("breaks", advice.consequence, style)
    how = f"{advice.repair}." if not advice.repair.endswith(".") else advice.repair
    also = " `prodwright harden` does it." if advice.automatic else ""
    yield from _wrapped("do", how + also, style)


def _wrapped(label: str, text: str, style: Style) -> Iterator[str]:
    lines = textwrap.wrap(printable(text), width=76)
    for number, line in enumerate(lines):
        head = f"{label:>18}  " if number == 0 else " " * 20
        yield style.paint(head, "2") + line


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def summary_line(findings: tuple[Finding, ...], files: int, style: Style) -> str:
    """Return one line that counts findings by severity."""
    noun = "file" if files == 1 else "files"
    if not findings:
        return style.paint(f"clean: {files} {noun}", "32")
    counts = [
        style.paint(f"{number} {severity.label}", _COLOURS[severity])
        for severity in sorted(Severity, reverse=True)
        if (number := sum(each.severity is severity for each in findings))
    ]
    found = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    return f"{found} in {files} {noun}: {', '.join(counts)}"
