"""Findings as Markdown, for the summary of a step in CI."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prodwright.core.finding import Finding
from prodwright.delivery.report_markdown import escaped

_MOST_ROWS = 200


def markdown_findings(
    findings: Sequence[Finding], files: int, unjudged: Sequence[tuple[str, str]]
) -> str:
    """Return a table, worst first; text from the code under review is escaped.

    Args:
        findings: What a review found.
        files: How many files it judged.
        unjudged: Path and reason of each file that it could not.
    """
    lines = [*_table(findings, files), *_unjudged(unjudged)]
    return "\n".join(lines) + "\n"


def _table(findings: Sequence[Finding], files: int) -> Iterator[str]:
    yield "## prodwright"
    yield ""
    yield f"{_counted(len(findings), 'finding')} in {_counted(files, 'file')}."
    if not findings:
        return
    yield ""
    yield "| severity | hazard | place | what is wrong |"
    yield "|---|---|---|---|"
    for each in sorted(findings, key=lambda f: (-f.severity, f.place))[:_MOST_ROWS]:
        place = escaped(f"{each.path}:{each.line}")
        told = (each.severity.label, each.hazard, place, escaped(each.message))
        yield f"| {' | '.join(told)} |"
    if len(findings) > _MOST_ROWS:
        yield ""
        yield f"And {len(findings) - _MOST_ROWS} more."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _unjudged(unjudged: Sequence[tuple[str, str]]) -> Iterator[str]:
    for path, reason in unjudged:
        yield ""
        yield f"Not judged: {escaped(path)}: {escaped(reason)}"
