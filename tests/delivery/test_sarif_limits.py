"""What code scanning takes: the schema of OASIS, so many results, so many bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from prodwright.core.finding import Finding, Severity, TraceStep
from prodwright.delivery.sarif import MOST_RESULTS, Rule, sarif_document

# The schema is the OASIS's own and not ours to hand on: name a copy of
# `sarif-schema-2.1.0.json` to hold the documents to it.
SCHEMA = os.environ.get("PRODWRIGHT_SARIF_SCHEMA", "")
RULE = Rule(
    name="missing-timeout",
    title="Bound it",
    guidance="It hangs.",
    repair="Bound it",
    practice="recovery",
    severity=Severity.HIGH,
    references=("CWE-1088", "OWASP"),
    is_security=True,
)


def finding(number: int, severity: Severity, text: str = "get(url)") -> Finding:
    return Finding(
        path="src/a b.py",
        line=number + 1,
        column=5,
        end_line=number + 1,
        hazard="missing-timeout",
        practice="recovery",
        severity=severity,
        message="waits without a limit",
        excerpt=text,
        fingerprint="0123456789abcdef",
    )


def lines_of(document: dict[str, Any]) -> list[int]:
    return [
        each["locations"][0]["physicalLocation"]["region"]["startLine"]
        for each in document["runs"][0]["results"]
    ]


def told_of(document: dict[str, Any]) -> str:
    (note,) = document["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    return str(note["message"]["text"])


def test_the_most_severe_of_too_many_are_kept_and_the_rest_is_told() -> None:
    many = [finding(each, Severity.NOTE) for each in range(MOST_RESULTS)]
    many += [finding(MOST_RESULTS, Severity.HIGH)]

    document = sarif_document(many, [RULE])

    assert lines_of(document) == [*range(1, MOST_RESULTS), MOST_RESULTS + 1]
    assert told_of(document).startswith("1 findings are left out, the least severe")
    shown = document["runs"][0]["tool"]["driver"]["rules"][0]["properties"]
    assert shown["security-severity"] == "8.0"
    assert shown["tags"] == ["security", "recovery", "external/cwe/cwe-1088"]


def test_what_does_not_fit_compressed_is_left_out_least_severe_first() -> None:
    noise = [hashlib.sha512(str(each).encode()).hexdigest() for each in range(400)]
    weights = [Severity.HIGH if each % 4 == 0 else Severity.LOW for each in range(400)]
    many = [finding(each, weights[each], noise[each]) for each in range(400)]

    document = sarif_document(many, [RULE], most_bytes=20_000)

    size = len(gzip.compress(json.dumps(document, indent=1).encode()))
    assert 15_000 < size <= 20_000
    assert {4 * each + 1 for each in range(100)} <= set(lines_of(document))
    assert lines_of(document) == sorted(lines_of(document))
    left_out = 400 - len(lines_of(document))
    assert told_of(document).startswith(f"{left_out} findings are left out")


def test_what_compresses_well_is_not_left_out_for_its_length() -> None:
    many = [finding(each, Severity.LOW) for each in range(400)]

    document = sarif_document(many, [RULE], most_bytes=20_000)

    assert len(json.dumps(document)) > 100_000
    assert len(lines_of(document)) == 400


@pytest.mark.skipif(not SCHEMA, reason="PRODWRIGHT_SARIF_SCHEMA names no schema")
def test_documents_are_what_the_schema_of_oasis_says() -> None:
    schema = json.loads(Path(SCHEMA).read_text(encoding="utf-8"))
    kind = validator_for(schema)
    validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
    steps = (TraceStep(path="b.py", line=1, column=1, text="x = a", note="is x"),)
    some = [replace(finding(0, each), trace=steps) for each in Severity]
    many = [finding(each, Severity.NOTE) for each in range(40)]
    document = sarif_document([*some, *many], [RULE], most_bytes=1_000)
    assert told_of(document)

    assert not list(validator.iter_errors(document))

    document["runs"][0]["results"][0]["level"] = "dreadful"  # the control
    assert list(validator.iter_errors(document))
