"""The report as Markdown, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodwright.core.finding import Finding
from prodwright.core.judgement import Standing
from prodwright.core.printing import printable
from prodwright.delivery.report import RunReport, assumptions, authorship, phases

MARKS = {
    Standing.PROVEN: "proven",
    Standing.CHECKED: "checked",
    Standing.JUDGED: "checked (judged)",
    Standing.VIOLATED: "**violated**",
    Standing.NOT_APPLICABLE: "n/a",
    Standing.UNVERIFIED: "unverified",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_MOST_FINDINGS = 100


def markdown_report(report: RunReport) -> str:
    """Return the report; text from the code under review is escaped."""
    lines = [f"# {escaped(report.brief.request)}", ""]
    lines += [f"{report.reason.label}: {report.reason.sentence}.", ""]
    if report.change.missing:
        lines += [f"**Incomplete:** {escaped(report.change.missing)}.", ""]
    if report.change.author:
        lines += [f"{escaped(authorship(report))}.", ""]
    for sentence in report.reached.sentences():
        lines += [f"{escaped(sentence)}.", ""]
    sections = (_matrix, _decisions, _steps, _findings, _stages, _phases)
    return "\n".join([*lines, *(line for each in sections for line in each(report))])


def escaped(text: str) -> str:
    """Return `text` with Markdown's special characters escaped, on one line."""
    return _SPECIAL.sub(r"\\\1", printable(" ".join(text.split())))


def _code(text: str) -> str:
    """Return a code span in a table cell, with a fence that `text` cannot close."""
    shown = printable(text).replace("|", "\\|")
    runs = [len(run) for run in re.findall("`+", shown)]
    fence = "`" * (max(runs, default=0) + 1)
    space = " " if runs else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown else ""


def _matrix(report: RunReport) -> Iterator[str]:
    yield "## Practices"
    yield ""
    totals = report.totals()
    yield ", ".join(f"{count} {standing.value}" for standing, count in totals.items())
    yield ""
    columns = report.columns()
    cells = report.cells()
    yield "| practice | " + " | ".join(escaped(name) for name in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for _, practices in report.principles:
        for name, _ in practices:
            row = [cells.get((name, column)) for column in columns]
            marks = [MARKS[cell[0]] if cell else "" for cell in row]
            yield f"| {name} | " + " | ".join(marks) + " |"
    yield ""


def _decisions(report: RunReport) -> Iterator[str]:
    if not report.brief.profile.answers and not report.change.decisions:
        return
    yield "## Decided and assumed"
    yield ""
    for key, value, origin in assumptions(report):
        yield f"- {escaped(key)} = {escaped(value)} ({escaped(origin)})"
    for decision in report.change.decisions:
        yield f"- {escaped(decision)} ({escaped(report.change.author)})"
    yield ""


def _steps(report: RunReport) -> Iterator[str]:
    yield "## Steps"
    yield ""
    for step in report.change.steps:
        yield f"- `{step.commit[:10]}` {escaped(step.title)}"
    if not report.change.steps:
        yield "Nothing was written."
    for dropped in report.change.dropped:
        yield f"- taken back: {escaped(dropped)}"
    yield ""


def _findings(report: RunReport) -> Iterator[str]:
    found = report.judgement.findings
    yield "## Findings"
    yield ""
    if not found:
        yield "None."
    for finding in found[:_MOST_FINDINGS]:
        yield _finding(finding)
    if len(found) > _MOST_FINDINGS:
        yield f"- and {len(found) - _MOST_FINDINGS} more, in `report.json`"
    yield ""


def _finding(finding: Finding) -> str:
    place = escaped(f"{finding.path}:{finding.line}")
    label = f"{finding.severity.label} {finding.hazard}"
    return f"- {place} {label}: {escaped(finding.message)}"


def _stages(report: RunReport) -> Iterator[str]:
    yield "## Gate"
    yield ""
    yield "| stage | outcome | control | what it saw | replay |"
    yield "|---|---|---|---|---|"
    for stage in report.judgement.stages:
        control = f"{stage.control.caught}/{stage.control.planted}"
        told = (stage.stage, stage.outcome.value, control, escaped(stage.reason))
        yield "| " + " | ".join((*told, _code(stage.replay))) + " |"
    yield ""


def _phases(report: RunReport) -> Iterator[str]:
    told = phases(report)
    if not told:
        return
    yield "## What the model used"
    yield ""
    yield "| phase | requests | tokens | cost |"
    yield "|---|---|---|---|"
    for name, requests, tokens, cost in told:
        yield f"| {escaped(name)} | {requests} | {tokens} | {cost} |"
    yield ""
