"""Built strings, read as pieces."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.analysis import Source
from prodwright.kit import holes_in_context, is_literal, text_pieces


def shown(code: str) -> list[str]:
    """The pieces of the argument of the last call, holes as `<code>`."""
    source = Source(path="example.py", text=code)
    calls = [each for each in source.nodes(ast.Call) if ast.unparse(each.func) == "use"]
    pieces = text_pieces(source, calls[-1].args[0])
    texts = [
        each if isinstance(each, str) else f"<{ast.unparse(each)}>" for each in pieces
    ]
    return [each for each in texts if each]


@pytest.mark.parametrize(
    "built",
    [
        "f'a = {x} end'",
        "'a = %s end' % x",
        "'a = %(k)s end' % {'k': x}",
        "'a = {} end'.format(x)",
        "'a = {0} end'.format(x)",
        "'a = {k} end'.format(k=x)",
        "'a = ' + x + ' end'",
    ],
)
def test_every_way_to_build_a_string_is_the_same(built: str) -> None:
    assert shown(f"use({built})") == ["a = ", "<x>", " end"]


def test_names_that_are_assigned_once_are_followed() -> None:
    code = "where = f'a = {x}'\nquery = 'select ' + where\nuse(query)\n"

    assert shown(code) == ["select ", "a = ", "<x>"]


def test_a_name_assigned_twice_is_not_followed() -> None:
    assert shown("q = 'a'\nq = other()\nuse(q)\n") == []


def test_numbers_and_constants_leave_no_hole() -> None:
    assert shown("LIMIT = '5'\nuse(f'{n:d} {LIMIT} ' + '%d' % m)") == [
        "0",
        " ",
        "5",
        " ",
        "0",
    ]


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("x = x + 'a'\nuse(x)", ["<x>", "a"]),
        ("x = 'a' + x\nuse(x)", ["a", "<x>"]),
        ("a = b + ''\nb = a + '1'\nuse(b)", ["<b>", "1"]),
    ],
)
def test_names_made_of_themselves_end(code: str, pieces: list[str]) -> None:
    assert shown(code) == pieces


def test_a_constant_that_is_no_text_leaves_no_hole() -> None:
    assert shown("LIMIT = 5\nuse(f'at most {LIMIT}')") == ["at most "]


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("use('at %s %% of %s' % (x, y))", ["at ", "<x>", " ", " of ", "<y>"]),
        ("use(template.format(x))", []),
        ("text: str = 'a'\nuse(text + x)", ["a", "<x>"]),
        ("KINDS = (1, 2)\nuse(f'one of {KINDS}')", ["one of "]),
        ("use(f'one of {(1, x)}')", ["one of ", "<(1, x)>"]),
    ],
)
def test_what_is_fixed_leaves_no_hole(code: str, pieces: list[str]) -> None:
    assert shown(code) == pieces


def test_a_broken_template_is_no_string() -> None:
    assert shown("use('{'.format(x))") == []


def test_holes_know_the_text_around_them() -> None:
    source = Source(path="example.py", text="use(f'a = {x}.id' + ' and b')")
    (call,) = source.nodes(ast.Call)

    ((before, hole, after),) = holes_in_context(text_pieces(source, call.args[0]))

    assert (before, ast.unparse(hole), after) == ("a = ", "x", ".id and b")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_a_literal_is_one_piece_with_its_own_text(text: str) -> None:
    source = Source(path="example.py", text=f"use({text!r})")
    (call,) = source.nodes(ast.Call)

    assert text_pieces(source, call.args[0]) == [text]
    assert is_literal(source, call.args[0])


def test_more_steps_than_anybody_takes_are_not_followed() -> None:
    steps = "".join(f"q{n + 1} = 'a' + q{n}\n" for n in range(2000))

    assert len(shown(f"{steps}use(q2000)\n")) <= 102


def test_a_string_that_doubles_with_each_line_is_read_to_a_limit() -> None:
    doubling = "".join(f"s{n + 1} = f'{{s{n}}}{{s{n}}}'\n" for n in range(60))
    assert 0 < len(shown(f"s0 = g()\n{doubling}use(s60)")) < 10_000
