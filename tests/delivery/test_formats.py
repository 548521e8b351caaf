"""Findings in every form; nothing of the reviewed code is rendered unescaped."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

from prodwright.core.brief import Brief, Change, CommittedStep
from prodwright.core.finding import Finding, Severity, TraceStep
from prodwright.core.judgement import (
    Control,
    Judgement,
    Outcome,
    StageResult,
    Standing,
    Verdict,
)
from prodwright.core.profile import Answer, Origin, Profile
from prodwright.core.stop import StopReason
from prodwright.delivery import report_markdown
from prodwright.delivery.document import finding_entry, result_document
from prodwright.delivery.junit import junit_xml
from prodwright.delivery.report import RunReport
from prodwright.delivery.report_html import html_report
from prodwright.delivery.report_markdown import markdown_report
from prodwright.delivery.sarif import Rule, sarif_document
from prodwright.delivery.terminal import Advice, Style, findings_text, summary_line

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e|`*"
PLAIN = Style(coloured=False)


def finding(
    message: str = "waits without a limit", path: str = "src/a b.py"
) -> Finding:
    return Finding(
        path=path,
        line=3,
        column=5,
        end_line=4,
        hazard="missing-timeout",
        practice="recovery",
        severity=Severity.HIGH,
        message=message,
        excerpt=f"get(url)  # {message}",
        fingerprint="0123456789abcdef",
    )


def rule() -> Rule:
    return Rule(
        name="missing-timeout",
        title="Bound it",
        guidance="It hangs.",
        repair="Bound it",
        practice="recovery",
        severity=Severity.HIGH,
        references=("CWE-1088",),
    )


def advice(name: str) -> Advice:
    return Advice(consequence="It hangs.", repair="Bound it", automatic=True)


def report(message: str) -> RunReport:
    stage = StageResult(
        stage="static",
        outcome=Outcome.FAILED,
        reason=message,
        control=Control(planted=2, caught=1, missed=("sql-injection",)),
        findings=(finding(message),),
    )
    verdicts = (
        Verdict(
            practice="recovery",
            module="src/a.py",
            standing=Standing.VIOLATED,
            reason=message,
        ),
        Verdict(
            practice="recovery",
            module="tests/test_a.py",
            standing=Standing.NOT_APPLICABLE,
            reason="",
        ),
    )
    answers = {"database": Answer(value=message, origin=Origin.ASSUMED)}
    return RunReport(
        id="1",
        door="build",
        created_at="2026-01-02",
        brief=Brief(
            request=message,
            engineer="e",
            subject="s",
            profile=Profile(answers=answers),
            criteria=(message,),
        ),
        change=Change(
            base="a" * 40,
            head="b" * 40,
            steps=(CommittedStep(title=message, commit="c" * 40),),
            dropped=(message,),
        ),
        judgement=Judgement(stages=(stage,), verdicts=verdicts),
        reason=StopReason.GATE_LOST,
        branch="prodwright/1",
        diff=f"--- a\n+++ b\n@@ -1 +1 @@\n-{message}\n+{message}\n",
        principles=(("Errors", (("recovery", "Recover"),)),),
        advice={"missing-timeout": ("It hangs.", "Bound it")},
    )


def test_a_terminal_shows_place_line_consequence_and_repair() -> None:
    text = "\n".join(findings_text([finding()], advice, PLAIN))

    assert "src/a b.py" in text
    assert "3:5" in text
    assert "get(url)" in text
    assert "It hangs." in text
    assert "Bound it. `prodwright harden` does it." in text


def test_a_hazard_is_explained_once_per_file() -> None:
    text = "\n".join(findings_text([finding(), finding()], advice, PLAIN))

    assert text.count("It hangs.") == 1
    assert text.count("get(url)") == 2


def test_escape_sequences_of_the_code_do_not_reach_the_terminal() -> None:
    text = "\n".join(findings_text([finding(HOSTILE, HOSTILE)], advice, PLAIN))

    assert "\x1b" not in text
    assert "\u202e" not in text


def traced(note: str = "becomes x", path: str = "src/b.py") -> Finding:
    steps = (
        TraceStep(path=path, line=7, column=2, note=note, text=f"x = a  # {note}"),
        TraceStep(
            path="src/a b.py", line=3, column=5, note="reaches get", text="get()"
        ),
    )
    return replace(finding(), trace=steps)


def test_a_terminal_shows_the_way_of_a_value() -> None:
    lines = list(findings_text([traced()], advice, PLAIN))

    assert "              src/b.py:7  becomes x: x = a  # becomes x" in lines
    assert "              3  reaches get: get()" in lines


def test_a_way_reaches_no_terminal_with_escape_sequences() -> None:
    text = "\n".join(findings_text([traced(HOSTILE, HOSTILE)], advice, PLAIN))

    assert "\x1b" not in text
    assert "\u202e" not in text


def test_sarif_shows_the_way_as_a_code_flow() -> None:
    document = sarif_document([traced(), finding()], [rule()])

    first, second = document["runs"][0]["results"]
    (flow,) = first["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [each["location"]["message"]["text"] for each in steps] == [
        "becomes x",
        "reaches get",
    ]
    place = steps[0]["location"]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "src/b.py"
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (7, 2)
    assert "codeFlows" not in second


def test_a_document_holds_the_way_where_there_is_one() -> None:
    with_way, without = finding_entry(traced()), finding_entry(finding())

    assert with_way["trace"][0] == {
        "path": "src/b.py",
        "line": 7,
        "column": 2,
        "note": "becomes x",
        "text": "x = a  # becomes x",
    }
    assert "trace" not in without


def test_colours_appear_only_where_they_are_wanted() -> None:
    coloured = "\n".join(findings_text([finding()], advice, Style(coloured=True)))

    assert "\x1b[31m" in coloured
    assert "\x1b" not in summary_line((finding(),), 1, PLAIN)


def test_a_summary_counts_by_severity() -> None:
    assert summary_line((finding(),), 2, PLAIN) == "1 finding in 2 files: 1 high"
    assert summary_line((finding(),) * 2, 1, PLAIN) == "2 findings in 1 file: 2 high"
    assert summary_line((), 1, PLAIN) == "clean: 1 file"


def test_the_page_escapes_everything_and_loads_nothing() -> None:
    page = html_report(report(HOSTILE))

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in page


def test_the_page_shows_the_matrix_before_decisions_findings_and_commands() -> None:
    page = html_report(report("m"))
    headings = ("The 42 practices", "Decided and assumed", "Findings (1)", "Replay")
    places = [page.index(each) for each in headings]

    assert places == sorted(places)


def test_the_page_names_a_control_that_was_missed() -> None:
    assert "1 of 2 caught: missed sql-injection" in html_report(report("m"))


def test_markdown_escapes_what_would_break_it() -> None:
    text = markdown_report(report(HOSTILE))

    assert "<script>" not in text
    assert "\\<script\\>" in text
    assert "| recovery | **violated** | n/a |" in text


def test_a_document_is_json_and_names_its_version() -> None:
    document = result_document(
        stop_reason=StopReason.FINDINGS, findings=[finding()], verdicts=[]
    )

    assert json.loads(json.dumps(document))["schema_version"] == "1.0"
    assert document["exit_code"] == 1
    assert document["findings"][0]["fingerprint"] == "0123456789abcdef"


def test_sarif_points_at_encoded_relative_places() -> None:
    run = sarif_document([finding()], [rule()])["runs"][0]

    location = run["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "src/a%20b.py"
    assert location["region"]["startLine"] == 3
    assert run["tool"]["driver"]["rules"][0]["id"] == "missing-timeout"
    assert run["results"][0]["level"] == "error"


def test_junit_is_xml_whatever_the_code_says() -> None:
    tree = ElementTree.fromstring(junit_xml([finding(HOSTILE)], 1))

    failure = tree.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message", "").startswith("<script>")


def test_a_clean_review_is_one_passed_case() -> None:
    tree = ElementTree.fromstring(junit_xml([], 3))

    assert [each.get("name") for each in tree.iter("testcase")] == [
        "no hazard in 3 files"
    ]
    assert next(tree.iter("failure"), None) is None


def test_many_modules_are_shown_by_folder() -> None:
    verdicts = tuple(
        Verdict(
            practice="recovery",
            module=f"src/p{number % 4}/m{number}.py",
            standing=Standing.VIOLATED if number == 5 else Standing.CHECKED,
            reason="r",
        )
        for number in range(40)
    )
    many = report("m")
    judgement = Judgement(stages=many.judgement.stages, verdicts=verdicts)
    folded = RunReport(
        **{
            name: judgement if name == "judgement" else getattr(many, name)
            for name in RunReport.__dataclass_fields__
        }
    )

    assert folded.columns() == ("src/p0", "src/p1", "src/p2", "src/p3")
    assert folded.cells()["recovery", "src/p1"][0] is Standing.VIOLATED
    assert folded.cells()["recovery", "src/p0"][0] is Standing.CHECKED


def test_a_replay_command_cannot_leave_its_code_span() -> None:
    told = report_markdown._code("prodwright review '`id`' | tee")

    assert told == "`` prodwright review '`id`' \\| tee ``"


def test_text_of_the_code_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in report_markdown.escaped("\x1b[31mred\udcff")


def judged(modules: int, findings: int) -> RunReport:
    """A report of so many modules, each in a folder of its own, and findings."""
    told = report("m")
    (stage,) = told.judgement.stages
    verdicts = tuple(
        Verdict(
            practice="recovery",
            module=f"p{number}/m.py",
            standing=Standing.CHECKED,
            reason="r",
        )
        for number in range(modules)
    )
    found = tuple(finding(f"finding {number}") for number in range(findings))
    judgement = Judgement(stages=(replace(stage, findings=found),), verdicts=verdicts)
    return replace(told, judgement=judgement)


def test_more_folders_than_fit_become_one_column() -> None:
    folded = judged(modules=500, findings=0)

    assert folded.columns() == ("all modules",)
    assert folded.cells()["recovery", "all modules"][0] is Standing.CHECKED


def test_a_long_list_of_findings_is_cut_and_says_so() -> None:
    text = markdown_report(judged(modules=1, findings=103))

    assert "finding 99" in text
    assert "finding 100" not in text
    assert "- and 3 more, in `report.json`" in text


def test_a_finding_without_a_line_to_show_has_none() -> None:
    bare = replace(finding(), excerpt="")

    with_it, without = (
        "\n".join(findings_text([each], advice, PLAIN)) for each in (finding(), bare)
    )

    assert "get(url)" in with_it
    assert "get(url)" not in without
    assert "missing-timeout" in without
