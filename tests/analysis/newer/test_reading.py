"""Syntax newer than this interpreter's is read, and every position is as written."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prodwright.analysis import Project, Source
from prodwright.analysis.newer import parse_newer
from prodwright.core.errors import UnreadableSource
from prodwright.kit.judging import judge
from prodwright.practices import load_hazards

TYPE_PARAMETERS = """\
import os
class Box[
    T: (int, str),  # é
    *Ts,
](Base):
    def run[**P, R = int](self, é: str, folder: P.args) -> R:
        é; os.system("ls " + folder)
"""
ALIAS = """\
import os
type Names[T: list[int]] = dict[str, T]
if os: type Short = int
def run(folder: Names):
    os.system("ls " + folder)
"""
NESTED_QUOTES = """\
import os
def run(é, folder):
    return f"é{é["a"]}" "b" f'{", ".join(x)!r:>{os.system("ls " + folder)}}'
"""
OVER_LINES = """\
import os
def run(folder):
    return f"{
        os.system(  # it is run
            "ls " + folder)
    } and {"\\n".join(folder)}"
"""
TEMPLATE = """\
import os
def run(folder):
    return t"é {os.system("ls " + folder)}"
"""
EXCEPT = """\
import os
try:
    start()
except OSError, errors.Gone: os.system("ls " + sys.argv[1] + name)
"""
PLANTED = {
    "type parameters": (TYPE_PARAMETERS, 7, 12),
    "a type statement": (ALIAS, 5, 5),
    "quotes in quotes": (NESTED_QUOTES, 3, 49),
    "a field over lines": (OVER_LINES, 4, 9),
    "a template string": (TEMPLATE, 3, 17),
    "except without brackets": (EXCEPT, 4, 30),
}


@pytest.mark.parametrize("syntax", PLANTED)
def test_a_hazard_in_newer_syntax_is_flagged_where_it_stands(syntax: str) -> None:
    text, line, column = PLANTED[syntax]
    hazards = [each for each in load_hazards() if each.name == "command-injection"]
    source = Source(path="shop/newer.py", text=text)

    found = judge(Project(sources=(source,)), hazards)

    assert [(each.line, each.column) for each in found] == [(line, column)]


def written(text: str) -> str:
    return ast.unparse(parse_newer(text))


def test_type_parameters_are_left_out() -> None:
    assert (
        written("def f[T: (int, str) = int](x: T): pass\n") == "def f(x: T):\n    pass"
    )
    assert written("class A[T]: pass\n") == "class A:\n    pass"


def test_a_type_statement_gives_its_name_a_value() -> None:
    tree = parse_newer("type  Names[T] = list[T]\n")

    (statement,) = tree.body
    assert isinstance(statement, ast.Assign)
    (name,) = statement.targets
    assert isinstance(name, ast.Name)
    assert (name.id, name.col_offset, name.end_col_offset) == ("Names", 6, 11)


def test_what_only_looks_like_a_type_statement_is_none() -> None:
    text = "type = x[0]\nd = {1: type (x) [0]}\ny = type if [1] else 2\ntype X = 1\n"

    assert "X = 1" in written(text)
    assert "{1: type(x)[0]}" in written(text)
    assert "type if [1] else 2" in written(text)


def test_except_without_brackets_catches_all_that_are_named() -> None:
    text = "try: pass\nexcept A | B, C.d, (E, F): pass\n"

    handler = next(n for n in ast.walk(parse_newer(text)) if isinstance(n, ast.Try))

    caught = handler.handlers[0].type
    assert isinstance(caught, ast.Tuple)
    assert [ast.unparse(each) for each in caught.elts] == ["A | B", "C.d", "(E, F)"]
    assert (caught.col_offset, caught.end_col_offset) == (7, 25)


def test_what_is_caught_under_a_name_needs_its_brackets() -> None:
    with pytest.raises(SyntaxError):
        parse_newer("try: pass\nexcept A, B as e: pass\n")


FORMATTED = {
    'f"{a["b"]}"': "f\"{a['b']}\"",
    'f"{a["b"]=}"': 'f"""a["b"]={a[\'b\']!r}"""',
    'f"{a["b"]!s  :>{w["c"]}}x"': "f\"{a['b']!s:>{w['c']}}x\"",
    'f"{{{a["b"]}}}\\t"': "f\"{{{a['b']}}}\\t\"",
    'rf"\\d{a["b"]}"': "f\"\\\\d{a['b']}\"",
    'f"\\N{BULLET}{a["b"]}{1!=2}"': "f\"\u2022{a['b']}{1 != 2}\"",
    'f"{(lambda x: x["b"])(1)}{ {1: "c"}[1] }"': (
        "f\"{(lambda x: x['b'])(1)}{ {1: 'c'}[1]}\""
    ),
    "f'{'\\\\'.join(x)}{y!r}'": "'' + '\\\\'.join(x) + y",
    'f"""{g("""b""")}\n\n"""': "f\"{g('b')}\\n\\n\"",
}


@pytest.mark.parametrize("text", FORMATTED)
def test_an_f_string_says_what_was_written(text: str) -> None:
    assert written(text) == FORMATTED[text]


def test_expressions_in_f_strings_stand_where_they_were_written() -> None:
    text = 'x = 1; y = f"é{first("a")} {\n  second(\n"b")}" "c"\n'

    calls = [n for n in ast.walk(parse_newer(text)) if isinstance(n, ast.Call)]

    segments = [ast.get_source_segment(text, each) for each in calls]
    assert segments == ['first("a")', 'second(\n"b")']


@pytest.mark.parametrize(
    "text",
    [
        "x = = 1\n",
        'x = f"{a["b"]"\n',
        'x = f"{a["b"]',
        "def f[T(x): pass\n",
        "x = '\n",
        'f"{a["' * 40_000,
        'f"{' * 40_000,
        "type " * 40_000,
        "except ," * 40_000,
        "except (\n" * 40_000,
        "def f[\n" * 40_000,
        'f\'{\U000f0000[""]}\' f"{a["b"]}"\n',
    ],
)
def test_what_no_python_reads_is_unreadable_and_no_crash(text: str) -> None:
    with pytest.raises(UnreadableSource):
        _ = Source(path="a.py", text=text).tree


def test_f_strings_in_each_other_are_read_as_far_as_anybody_writes_them() -> None:
    assert "g(1)" in written('f"{' * 5 + "g(1)" + '}"' * 5 + "\n")
    with pytest.raises(SyntaxError, match="more than 5"):
        parse_newer('f"{' * 25 + "1" + '}"' * 25 + "\n")


def test_many_f_strings_take_time_in_proportion() -> None:
    count = 2_000
    tree = parse_newer('f"{a["b"]}" "c"\n' * count)

    assert [ast.unparse(each) for each in tree.body] == ["f\"{a['b']}c\""] * count


@given(st.text(alphabet="ft\"'{}[]:!=\\ \nax,#", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse_newer(text)
    except SyntaxError:
        return
    assert isinstance(tree, ast.Module)
    ast.unparse(tree)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="its own parser is the judge")
@pytest.mark.parametrize("text", [NESTED_QUOTES, OVER_LINES])
def test_the_tree_is_that_of_an_interpreter_that_knows_the_syntax(text: str) -> None:
    calls = (ast.Call, ast.Name, ast.Attribute)

    def told(tree: ast.AST) -> list[str]:
        found = (n for n in ast.walk(tree) if isinstance(n, calls))
        return sorted(ast.dump(each, include_attributes=True) for each in found)

    assert told(parse_newer(text)) == told(ast.parse(text))
