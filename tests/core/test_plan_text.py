"""A plan goes to an editor and comes back, and what is no plan is told by its line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.plan import EDITED, Plan, PlannedPractice
from prodwright.core.plan_text import plan_text, read_plan

PRACTICES = ("unit-tests", "specific-handlers")
PLAN = Plan(
    summary="Refunds go back.\n\n# Not a comment: it is indented.\ntests:",
    files=("shop/refunds.py: the service", "tests/test_refunds.py: its tests"),
    interfaces=("refund(order) -> int",),
    tests=("a refund returns the fee", "- a dash at the beginning"),
    risks=("twice: it is idempotent",),
    practices=(PlannedPractice(practice="unit-tests", shown_by="a test"),),
)
LEAST = "summary:\n  Refunds.\ntests:\n  - one\n"
WORDS = st.text(
    st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=1
).map(lambda text: " ".join(text.split()) or "x")
LISTS = st.lists(WORDS, max_size=4).map(tuple)


def test_it_comes_back_as_it_went_but_for_whose_it_is() -> None:
    assert read_plan(plan_text(PLAN), PRACTICES) == replace(PLAN, agreed=EDITED)


@given(WORDS, LISTS, LISTS, LISTS, LISTS.filter(bool))
def test_any_plan_comes_back(
    summary: str,
    files: tuple[str, ...],
    interfaces: tuple[str, ...],
    risks: tuple[str, ...],
    tests: tuple[str, ...],
) -> None:
    plan = Plan(
        summary=summary, files=files, interfaces=interfaces, risks=risks, tests=tests
    )

    assert read_plan(plan_text(plan), ()) == replace(plan, agreed=EDITED)


def test_an_entry_goes_on_in_the_lines_below_it() -> None:
    text = LEAST + "risks:\n  - it is late:\n    we wait\n\n  - it is early\n"

    assert read_plan(text, ()).risks == ("it is late: we wait", "it is early")


def test_nothing_that_steers_a_terminal_reaches_the_editor() -> None:
    assert "\x1b" not in plan_text(Plan(summary="a\x1b[2J", tests=("b\x1b",)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "summary has 0 characters"),
        ("  Refunds.\n", "line 1: it is in no part"),
        (LEAST + "test:\n", "line 5: 'test:' is no part"),
        (LEAST + "Refunds\n", "line 5: 'Refunds' is no part"),
        (LEAST + "tests:\n", "line 5: tests is there twice"),
        (LEAST + "files:\n  a.py\n", "line 6: 'a.py' is no entry"),
        (LEAST + "practices:\n  - unit: x\n", "'unit' is no practice"),
        ("summary:\n  Refunds.\n", "no tests"),
        (LEAST.replace("Refunds", "x" * 2_000), "2001 characters"),
    ],
)
def test_what_is_no_plan_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=told) as caught:
        read_plan(text, PRACTICES)

    assert "\n" not in str(caught.value)
