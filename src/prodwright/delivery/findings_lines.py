"""Findings one by line, for editors, for other programs, and for a workflow's log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from prodwright.core.finding import Finding, Severity
from prodwright.core.printing import printable
from prodwright.delivery.document import finding_entry

_COMMANDS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.NOTE: "notice",
}


def editor_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield `path:line:column: severity hazard: message`, as editors jump to it."""
    for each in findings:
        place = f"{_one_line(each.path)}:{each.line}:{each.column}"
        told = f"{each.severity.label} {each.hazard}: {_one_line(each.message)}"
        yield f"{place}: {told}"


def json_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield each finding as one JSON object."""
    for each in findings:
        yield json.dumps(finding_entry(each))


def workflow_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield commands that annotate a pull request from a workflow's log.

    Source: GitHub docs, workflow commands; what would end a value is escaped.
    """
    for each in findings:
        values = {
            "file": each.path,
            "line": str(each.line),
            "endLine": str(each.end_line),
            "col": str(each.column),
            "title": each.hazard,
        }
        given = ",".join(f"{name}={_value(text)}" for name, text in values.items())
        command = _COMMANDS[each.severity]
        yield f"::{command} {given}::{_data(f'{each.message} ({each.practice})')}"


def _one_line(text: str) -> str:
    return printable(text.replace("\n", "\0").replace("\t", "\0"))


def _data(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return printable(text)


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
