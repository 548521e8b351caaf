"""Writes findings in the formats of other tools."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from pathlib import Path

from prodwright.adapters.files import write_atomically
from prodwright.api.reviewing import Review
from prodwright.core.finding import Finding
from prodwright.delivery.findings_markdown import markdown_findings
from prodwright.delivery.junit import junit_xml
from prodwright.delivery.sarif import Rule, sarif_document
from prodwright.kit import Hazard
from prodwright.practices import load_hazards, load_practices


def write_sarif(path: Path, findings: Sequence[Finding]) -> None:
    """Write `findings` as SARIF 2.1.0 to `path`, replacing it atomically.

    Raises:
        PathRefused: It cannot be written there.
    """
    principles = {each.name: each.principle for each in load_practices()}
    secure = {name for name, principle in principles.items() if principle == "security"}
    rules = [_rule(each, secure) for each in load_hazards()]
    document = sarif_document(findings, rules)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def write_junit(path: Path, findings: Sequence[Finding], files: int) -> None:
    """Write `findings` as JUnit XML to `path`, replacing it atomically.

    Raises:
        PathRefused: It cannot be written there.
    """
    write_atomically(path, junit_xml(findings, files))


def write_markdown(path: Path, review: Review) -> None:
    """Write what `review` found as Markdown to `path`, replacing it atomically.

    Raises:
        PathRefused: It cannot be written there.
    """
    unjudged = [(each.path, each.reason) for each in review.unjudged]
    text = markdown_findings(review.stage.findings, review.files, unjudged)
    write_atomically(path, text.encode())


def _rule(hazard: Hazard, secure: Set[str]) -> Rule:
    return Rule(
        name=hazard.name,
        title=hazard.title,
        guidance=hazard.guidance,
        repair=hazard.repair.summary,
        practice=hazard.practice,
        severity=hazard.severity,
        references=hazard.references,
        is_security=hazard.practice in secure,
        is_preview=hazard.preview,
    )
