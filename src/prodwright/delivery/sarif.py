"""Findings as SARIF 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from prodwright import __version__
from prodwright.core.finding import Finding, Severity, TraceStep

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
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


def sarif_document(
    findings: Iterable[Finding], rules: Iterable[Rule]
) -> dict[str, Any]:
    """Return the SARIF document of one run."""
    ordered = sorted(rules, key=lambda rule: rule.name)
    index = {rule.name: number for number, rule in enumerate(ordered)}
    driver = {
        "name": "Prodwright",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in ordered],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, index) for each in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "name": "".join(part.title() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.guidance},
        "help": {"text": f"{rule.guidance}\n\n{rule.repair}."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.practice, *rule.references],
            "precision": "high",
            "problem.severity": _LEVELS[rule.severity].replace(
                "note", "recommendation"
            ),
        },
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
