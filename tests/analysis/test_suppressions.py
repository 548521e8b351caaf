"""Comments that allow a hazard, and strings that only look like one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prodwright.analysis.suppressions import read_suppressions

NAME = st.from_regex(r"[a-z]{2,8}(-[a-z]{2,8})?", fullmatch=True)
REASON = st.from_regex(r"[A-Za-z0-9 ,.`']{0,30}[A-Za-z0-9]", fullmatch=True)
COMMENT = "# prodwright: allow bare-except -- the pool logs it"


def test_a_comment_covers_its_own_line() -> None:
    (found,) = read_suppressions(f"x = 1\ny = 2  {COMMENT}\n")

    assert (found.line, found.covers) == (2, 2)
    assert found.hazards == ("bare-except",)
    assert found.reason == "the pool logs it"


def test_a_comment_alone_covers_the_next_line_of_code() -> None:
    (found,) = read_suppressions(f"x = 1\n{COMMENT}\n# why it is so\n\ny = 2\n")

    assert (found.line, found.covers) == (2, 5)


def test_a_comment_at_the_end_covers_itself() -> None:
    (found,) = read_suppressions(f"x = 1\n{COMMENT}\n")

    assert found.covers == 2


def test_several_hazards_share_a_reason() -> None:
    (found,) = read_suppressions("x = 1  # prodwright: allow a-b , c -- both\n")

    assert found.hazards == ("a-b", "c")


def test_a_missing_reason_is_empty() -> None:
    (found,) = read_suppressions("x = 1  # prodwright: allow bare-except\n")

    assert found.reason == ""


def test_a_reason_ends_at_the_next_comment() -> None:
    (found,) = read_suppressions(f"x = 1  {COMMENT}  # noqa: E501\n")

    assert found.reason == "the pool logs it"


def test_windows_line_ends_do_not_shift_lines() -> None:
    (found,) = read_suppressions(f"x = 1\r\ny = 2  {COMMENT}\r\n")

    assert (found.covers, found.reason) == (2, "the pool logs it")


@given(st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""\n{}\n"""', "f'{}'"]))
def test_a_string_that_looks_like_a_comment_is_none(quotes: str) -> None:
    text = f"x = {quotes.format(COMMENT)}\n"

    compile(text, "example.py", "exec")
    assert read_suppressions(text) == ()


@given(names=st.lists(NAME, min_size=1, max_size=3), reason=REASON)
def test_what_is_written_is_what_is_read(names: list[str], reason: str) -> None:
    text = f"x = 1  # prodwright: allow {', '.join(names)} -- {reason}\n"

    (found,) = read_suppressions(text)

    assert found.hazards == tuple(names)
    assert found.reason == reason.strip()


@given(before=st.integers(0, 5), blank=st.integers(0, 3))
def test_the_covered_line_is_always_code(before: int, blank: int) -> None:
    text = "x = 1\n" * before + f"{COMMENT}\n" + "\n" * blank + "y = 2\n"

    (found,) = read_suppressions(text)

    assert text.splitlines()[found.covers - 1] == "y = 2"
