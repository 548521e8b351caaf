"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from prodwright import __version__
from prodwright.core.finding import Finding, Severity, TraceStep

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000  # of a run that code scanning takes; GitHub docs: SARIF limits
MOST_BYTES = 10_000_000  # of an upload, compressed by gzip; the same source
_MOST_TAGS = 20
_CWE = re.compile(r"CWE-(\d+)")
# As code scanning ranks them: above 9.0 critical, 7.0 high, 4.0 medium.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.NOTE: "1.0",
}
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.NOTE: "note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What SARIF says of one hazard, once for all its results."""

    name: str
    title: str
    guidance: str
    repair: str
    practice: str
    severity: Severity
    references: tuple[str, ...]
    is_security: bool = False
    is_preview: bool = False


def sarif_document(
    findings: Sequence[Finding],
    rules: Iterable[Rule],
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """Return the SARIF document of one run.

    Code scanning takes no more than `MOST_RESULTS` results and, compressed,
    `most_bytes`: what is more severe is kept, and what is left out is told in the
    document.
    """
    ordered = sorted(rules, key=lambda rule: rule.name)
    by_weight = sorted(
        range(len(findings)), key=lambda place: (-findings[place].severity, place)
    )
    count = min(len(findings), MOST_RESULTS)
    while True:
        kept = [findings[place] for place in sorted(by_weight[:count])]
        document = _document(kept, ordered, len(findings) - count)
        size = _compressed_bytes(document, most_bytes)
        if size <= most_bytes or not count:
            return document
        # Always fewer; the margin is for what compresses worse than the average.
        count = min(count - 1, int(count * most_bytes / size * 0.98))


def _compressed_bytes(document: dict[str, Any], most_bytes: int) -> int:
    """Return its size by gzip; where it is small enough as it is, that size."""
    text = json.dumps(document, indent=1, ensure_ascii=False).encode()
    if len(text) <= most_bytes:
        return len(text)
    return len(gzip.compress(text, 6))  # the level of who uploads by default


def _document(
    kept: Sequence[Finding], ordered: Sequence[Rule], left_out: int
) -> dict[str, Any]:
    index = {rule.name: number for number, rule in enumerate(ordered)}
    driver = {
        "name": "Prodwright",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in ordered],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index) for finding in kept],
        "invocations": [_invocation(left_out)],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _invocation(left_out: int) -> dict[str, Any]:
    if not left_out:
        return {"executionSuccessful": True}
    told = f"{left_out} findings are left out, the least severe ones: code scanning "
    told += f"takes {MOST_RESULTS:,} results and {MOST_BYTES:,} compressed bytes"
    note = {"level": "warning", "message": {"text": told}}
    return {"executionSuccessful": True, "toolExecutionNotifications": [note]}


def _properties(rule: Rule) -> dict[str, Any]:
    level = _LEVELS[rule.severity].replace("note", "recommendation")
    shown = {
        "tags": _tags(rule),
        "precision": "medium" if rule.is_preview else "high",
        "problem.severity": level,
    }
    if not rule.is_security:
        return shown
    return {**shown, "security-severity": _SCORES[rule.severity]}


def _tags(rule: Rule) -> list[str]:
    """Return the tags; weaknesses are named as code scanning knows them."""
    numbers = [each[1] for text in rule.references for each in _CWE.finditer(text)]
    weaknesses = [f"external/cwe/cwe-{int(each):03}" for each in numbers]
    kind = ["security"] if rule.is_security else ["maintainability"]
    return [*kind, rule.practice, *dict.fromkeys(weaknesses)][:_MOST_TAGS]


def _rule(rule: Rule) -> dict[str, Any]:
    told = "\n".join(f"- {each}" for each in rule.references)
    text = f"{rule.guidance}\n\n{rule.repair}."
    return {
        "id": rule.name,
        "name": "".join(part.title() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.guidance},
        "help": {"text": text, "markdown": f"{text}\n\n{told}".strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "snippet": {"text": finding.excerpt},
    }
    location = {"artifactLocation": _artifact(finding.path), "region": region}
    result = {
        "ruleId": finding.hazard,
        "ruleIndex": index[finding.hazard],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"prodwright/v1": finding.fingerprint},
    }
    if finding.trace:
        steps = [{"location": _step(each)} for each in finding.trace]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _step(step: TraceStep) -> dict[str, Any]:
    region = {
        "startLine": step.line,
        "startColumn": step.column,
        "snippet": {"text": step.text},
    }
    place = {"artifactLocation": _artifact(step.path), "region": region}
    return {"physicalLocation": place, "message": {"text": step.note}}
