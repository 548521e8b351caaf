"""How places become findings, and what suppresses them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.analysis import Project, Source
from prodwright.core.finding import Finding
from prodwright.kit import Brief, Example, Hazard, Severity, Site
from prodwright.kit.judging import judge, sites_in
from prodwright.practices import find_hazard

STALE = find_hazard("stale-suppression")


def calls_of_bad(source: Source) -> Iterator[Site]:
    for call in source.nodes(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == "bad":
            yield Site(node=call, message="bad is called", redact=("s3cret",))


BAD = Hazard(
    title="Call good",
    practice="guard-clauses",
    severity=Severity.LOW,
    check=calls_of_bad,
    repair=Brief(summary="Call good"),
    examples=(Example(bad="bad()", good="good()"),),
    name="bad-call",
)


def review(text: str, *hazards: Hazard, path: str = "app.py") -> list[Finding]:
    source = Source(path=path, text=text)
    return judge(Project(sources=(source,)), hazards or (BAD,))


def test_a_finding_stands_where_its_node_starts() -> None:
    (found,) = review("x = 1\nx = bad(\n    1)\n")

    assert (found.line, found.column, found.end_line) == (2, 5, 3)
    assert found.excerpt == "x = bad("


def test_columns_count_characters_and_not_bytes() -> None:
    (found,) = review("s = 'äöü€'; bad()\n")

    assert found.column == 13


def test_a_suppression_with_a_reason_allows() -> None:
    assert review("bad()  # prodwright: allow bad-call -- it is fine here\n") == []


def test_a_suppression_without_a_reason_allows_nothing() -> None:
    assert len(review("bad()  # prodwright: allow bad-call\n")) == 1


def test_a_suppression_of_another_hazard_allows_nothing() -> None:
    assert len(review("bad()  # prodwright: allow other -- because\n")) == 1


def test_a_suppression_allows_one_line_only() -> None:
    text = "# prodwright: allow bad-call -- once\nbad()\nbad()\n"

    assert [each.line for each in review(text)] == [3]


def test_rewrites_see_no_suppressed_site() -> None:
    text = "bad()  # prodwright: allow bad-call -- it is fine here\nbad()\n"

    sites = sites_in(Source(path="app.py", text=text), BAD)

    assert [site.node.lineno for site in sites] == [2]


def test_a_suppression_that_allows_nothing_is_stale() -> None:
    text = "good()  # prodwright: allow bad-call -- it was fine\n"

    (found,) = review(text, BAD, STALE)

    assert found.hazard == "stale-suppression"
    assert "bad-call" in found.message


def test_a_suppression_of_what_was_not_judged_is_not_stale() -> None:
    text = "good()  # prodwright: allow other-hazard -- judged elsewhere\n"

    assert review(text, BAD, STALE) == []


def test_a_used_suppression_is_not_stale() -> None:
    text = "bad()  # prodwright: allow bad-call -- it is fine here\n"

    assert review(text, BAD, STALE) == []


def test_fingerprints_survive_added_lines() -> None:
    before = review("def f():\n    bad()\n    bad()\n")
    after = review("import os\n\n\ndef f():\n    print()\n    bad()\n    bad()\n")

    assert [each.fingerprint for each in before] == [each.fingerprint for each in after]


def test_equal_lines_have_different_fingerprints() -> None:
    first, second = review("bad()\nbad()\n")

    assert first.fingerprint != second.fingerprint


def test_what_is_to_be_redacted_is_in_no_excerpt() -> None:
    (found,) = review("bad('s3cret')\n")

    assert found.excerpt == "bad('***')"


def test_the_fingerprint_does_not_depend_on_what_is_redacted() -> None:
    (found,) = review("bad('s3cret')\n")
    (other,) = review("bad('***')\n")

    assert found.fingerprint == other.fingerprint


def test_production_hazards_leave_tests_alone() -> None:
    assert review("bad()\n", path="tests/test_app.py") == []


def test_findings_are_in_reading_order() -> None:
    sources = (
        Source(path="b.py", text="bad()\n"),
        Source(path="a.py", text="\nbad(); bad()\n"),
    )

    found = judge(Project(sources=sources), (BAD,))

    places = [(each.path, each.line, each.column) for each in found]
    assert places == [("a.py", 2, 1), ("a.py", 2, 8), ("b.py", 1, 1)]


def test_no_report_repeats_a_secret() -> None:
    secret = "zq8Jx2mWv0TtR4nYbK7pLc3e"
    text = f'API_KEY = "{secret[:10]}" "{secret[10:]}"\n'

    (found,) = review(text, find_hazard("hardcoded-secret"))

    assert secret[:10] not in repr(found)
    assert secret[10:] not in repr(found)
