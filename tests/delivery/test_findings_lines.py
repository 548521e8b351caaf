from __future__ import annotations

import json
from dataclasses import replace

from prodwright.core.finding import Finding, Severity
from prodwright.delivery.findings_lines import (
    editor_lines,
    json_lines,
    workflow_lines,
)

FINDING = Finding(
    path="src/a.py",
    line=3,
    column=5,
    end_line=4,
    hazard="missing-timeout",
    practice="recovery",
    severity=Severity.HIGH,
    message="waits without a limit",
)
HOSTILE = replace(
    FINDING, path="a,b:c\n::set-env::.py", message="50%\r\n::stop::\x1b[2J"
)


def test_an_editor_jumps_to_the_place() -> None:
    (line,) = editor_lines([FINDING])
    assert line == "src/a.py:3:5: high missing-timeout: waits without a limit"


def test_a_finding_is_one_line_for_an_editor_whatever_the_code_says() -> None:
    (line,) = editor_lines([HOSTILE])
    assert "\n" not in line
    assert "\x1b" not in line


def test_each_line_is_json() -> None:
    entries = [json.loads(line) for line in json_lines([FINDING, HOSTILE])]
    assert [each["line"] for each in entries] == [3, 3]
    assert all("\n" not in line for line in json_lines([HOSTILE]))


def test_a_workflow_is_told_the_place() -> None:
    (line,) = workflow_lines([FINDING])
    assert line == (
        "::error file=src/a.py,line=3,endLine=4,col=5,title=missing-timeout"
        "::waits without a limit (recovery)"
    )


def test_code_cannot_give_a_workflow_commands() -> None:
    (line,) = workflow_lines([HOSTILE])
    assert line.startswith("::error file=a%2Cb%3Ac%0A%3A%3Aset-env%3A%3A.py,line=3,")
    assert line.count("\n") == 0
    assert "50%25%0D%0A::stop::" in line
    assert "\x1b" not in line
