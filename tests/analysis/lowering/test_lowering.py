"""From syntax trees to the compact form."""

from __future__ import annotations

import ast
import sys
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prodwright.analysis import ir
from prodwright.analysis.ir import Function, Module, Node
from prodwright.analysis.lowering import lower

STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


def lowered(
    text: str, *, name: str = "shop.orders", is_package: bool = False
) -> Module:
    return lower(ast.parse(text), name, is_package=is_package)


def statement(text: str) -> Node:
    (only,) = lowered(text).functions[0].body
    return only


def expression(text: str) -> Node:
    value: Node = statement(f"x = {text}")[2]
    return value


def function(text: str) -> Function:
    return lowered(text).functions[1]


X, Y, Z = (ir.NAME, "x"), (ir.NAME, "y"), (ir.NAME, "z")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("1.5", (ir.CONSTANT, 1.5)),
        ("...", (ir.CONSTANT, ...)),
        ("x.y", (ir.ATTRIBUTE, X, "y")),
        ("x + y", (ir.BINARY, "+", X, Y)),
        ("x // y", (ir.BINARY, "//", X, Y)),
        ("f'{x}'", (ir.FORMATTED, (X,))),
        ("f'{x!r}'", (ir.FORMATTED, ((ir.FIELD, X, "r", None),))),
        (
            "f'{x:>{y}}'",
            (
                ir.FORMATTED,
                ((ir.FIELD, X, "", (ir.FORMATTED, ((ir.CONSTANT, ">"), Y))),),
            ),
        ),
        ("x[y]", (ir.SUBSCRIPT, X, Y)),
        ("x[:y]", (ir.SUBSCRIPT, X, (ir.SLICE, None, Y, None))),
        ("(x, *y)", (ir.SEQUENCE, "tuple", (X, (ir.STARRED, Y)))),
        ("{x: y, **z}", (ir.MAPPING, (X, None), (Y, Z))),
        ("x not in y", (ir.COMPARE, "not in", X, Y)),
        (
            "x < y <= z",
            (ir.LOGIC, "and", ((ir.COMPARE, "<", X, Y), (ir.COMPARE, "<=", Y, Z))),
        ),
        ("x or y", (ir.LOGIC, "or", (X, Y))),
        ("not x", (ir.UNARY, "not", X)),
        ("x if y else z", (ir.CONDITIONAL, Y, X, Z)),
        ("[x for x in y if z]", (ir.COMPREHENSION, "list", (X,), ((X, Y, (Z,)),))),
        ("{x: y for z in z}", (ir.COMPREHENSION, "dict", (X, Y), ((Z, Z, ()),))),
        ("(y := x)", (ir.WALRUS, "y", X)),
        ("lambda y: x", (ir.LAMBDA, (("y", ir.ORDINARY, None, None),), X)),
    ],
)
def test_expressions_become_tuples(text: str, node: Node) -> None:
    assert expression(text) == node


def test_a_call_holds_arguments_keywords_and_where_it_begins() -> None:
    position = ir.at(1, 4)

    assert expression("x.y(z, *y, a=1, **z)") == (
        ir.CALL,
        (ir.ATTRIBUTE, X, "y"),
        (Z, (ir.STARRED, Y)),
        (("a", (ir.CONSTANT, 1)), (None, Z)),
        position,
    )
    assert (ir.line_of(position), ir.column_of(position)) == (1, 4)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("x = y = z", (ir.ASSIGN, (X, Y), Z)),
        ("x: y = z", (ir.ANNOTATED, X, ("y", ()), Z)),
        ("x: y", (ir.ANNOTATED, X, ("y", ()), None)),
        ("x += y", (ir.AUGMENT, X, "+", Y)),
        ("'documented'", (ir.PASS,)),
        ("import x.y", (ir.IMPORT, (("x", "x"),))),
        ("import x.y as z", (ir.IMPORT, (("z", "x.y"),))),
        ("from x import y as z", (ir.IMPORT, (("z", "x.y"),))),
        ("from x import *", (ir.IMPORT, (("*", "x"),))),
        ("raise x from y", (ir.RAISE, X, Y)),
        ("assert x, y", (ir.ASSERT, X, Y)),
        ("del x", (ir.DELETE, (X,))),
        ("global x", (ir.OUTER, ("x",))),
    ],
)
def test_statements_end_with_their_position(text: str, node: Node) -> None:
    assert statement(text) == (*node, ir.at(1, 0))


def test_blocks_hold_statements() -> None:
    text = "while x:\n  if y: break\n  else: continue\nelse: pass"

    assert statement(text) == (
        ir.WHILE,
        X,
        ((ir.IF, Y, ((ir.BREAK, ir.at(2, 8)),), ((ir.CONTINUE, ir.at(3, 8)),), 8194),),
        ((ir.PASS, ir.at(4, 6)),),
        ir.at(1, 0),
    )


def test_elif_is_an_if_in_the_other_branch() -> None:
    first = statement("if x: pass\nelif y: pass\nelse: raise")

    assert first[1] == X
    ((_, test, _, otherwise, position),) = first[3]
    assert (test, position) == (Y, ir.at(2, 0))
    assert otherwise == ((ir.RAISE, None, None, ir.at(3, 6)),)


def test_handlers_name_what_they_catch() -> None:
    text = "try: pass\nexcept (a.B, C) as e: pass\nexcept: pass\nfinally: pass"
    _, _, handlers, _, final, _ = statement(text)

    assert [(each[0], each[1]) for each in handlers] == [
        (("a.B", "C"), "e"),
        ((), None),
    ]
    assert len(final) == 1


def test_patterns_tell_what_they_compare_and_bind() -> None:
    text = (
        "match x:\n"
        "  case 1 | None: pass\n"
        "  case [y, *z] as a if y: pass\n"
        "  case {'k': C(b), **d}: pass\n"
        "  case _: pass\n"
    )
    patterns = [case[0] for case in statement(text)[2]]

    one, nothing = (ir.CONSTANT, 1), (ir.CONSTANT, None)
    assert patterns == [
        (ir.ANY_OF, ((ir.EQUALS, one), (ir.EQUALS, nothing))),
        (ir.CAPTURE, "a", (ir.SHAPE, ("y", "z"))),
        (ir.SHAPE, ("d", "b")),
        (ir.CAPTURE, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("str", ("str", ())),
        ("a.B", ("a.B", ())),
        ("'a.B | None'", ("|", (("a.B", ()), ("None", ())))),
        ("dict[str, a.B]", ("dict", (("str", ()), ("a.B", ())))),
        ("Annotated[A, f(1)]", ("Annotated", (("A", ()), ("", ())))),
        ("f()", ("", ())),
        ("'not a type'", ("", ())),
    ],
)
def test_annotations_are_types(text: str, kind: Node) -> None:
    assert function(f"def f(a: {text}): ...").parameters[0][2] == kind


def test_parameters_keep_sort_annotation_and_default() -> None:
    made = function("def f(a, /, b: int = 1, *c, d, e=None, **g): ...")

    assert made.parameters == (
        ("a", ir.POSITIONAL_ONLY, None, None),
        ("b", ir.ORDINARY, ("int", ()), (ir.CONSTANT, 1)),
        ("c", ir.REST, None, None),
        ("d", ir.KEYWORD_ONLY, None, None),
        ("e", ir.KEYWORD_ONLY, None, (ir.CONSTANT, None)),
        ("g", ir.KEYWORDS, None, None),
    )


def test_functions_are_named_after_what_they_stand_in() -> None:
    text = (
        "def outer():\n  def inner(): yield\n"
        "class A:\n  class B(a.C, D[int]):\n    x: int\n    async def m(self): ...\n"
        "  if v:\n    def n(self): ...\n"
    )
    module = lowered(text)

    names = [(each.name, each.owner) for each in module.functions]
    assert names == [
        (ir.MODULE_BODY, ""),
        ("outer", ""),
        ("outer.inner", ""),
        ("A.B.m", "A.B"),
        ("A.n", "A"),
    ]
    assert module.functions[2].is_generator
    assert module.functions[3].is_async
    assert module.classes[1].bases == ("a.C",)
    assert module.classes[1].fields == (("x", ("int", ())),)
    assert dict(module.classes[0].methods) == {"n": 4}
    assert module.classes[0].body[0] == (ir.CLASS, "B", 1, ir.at(4, 2))


def test_facts_tell_what_a_body_does() -> None:
    text = (
        "def f(p):\n"
        "  h = await open(p)\n"
        "  try:\n    g(h).read(*[p])\n  except (OSError, a.B):\n    raise b.C()\n"
        "  h.close()\n"
        "  return make()\n"
    )
    facts = function(text).facts

    caught = ("OSError", "a.B")
    assert facts.calls == (
        ("open", ir.at(2, 12), ()),
        ("g", ir.at(4, 4), caught),
        ("().read", ir.at(4, 4), caught),
        ("b.C", ir.at(6, 10), ()),
        ("h.close", ir.at(7, 2), ()),
        ("make", ir.at(8, 9), ()),
    )
    assert facts.raises == (("b.C", ir.at(6, 4), ()),)
    assert facts.assigned == (("h", "open", ir.at(2, 2)),)
    assert facts.closed == ("h",)
    assert set(facts.escaped) == {"p", "h"}
    assert facts.returned_calls == ("make",)
    assert set(facts.attributes) == {"B", "read", "C", "close"}


@pytest.mark.parametrize(
    ("text", "is_package", "imported"),
    [
        ("from . import bills", False, "shop.bills"),
        ("from . import bills", True, "shop.orders.bills"),
        ("from .bills import pay", False, "shop.bills.pay"),
        ("from .. import core", False, "core"),
        ("from ....... import far", False, "far"),
    ],
)
def test_relative_imports_are_resolved(
    text: str, imported: str, *, is_package: bool
) -> None:
    module = lowered(text, is_package=is_package)

    assert module.imports[0][1] == imported


def test_imports_of_functions_are_not_the_modules() -> None:
    assert lowered("def f():\n  import os").imports == ()


@pytest.mark.parametrize(
    ("text", "exports"),
    [
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ['a'] + more", None),
        ("__all__ = ['a']\n__all__ += more", None),
        ("a = 1", None),
    ],
)
def test_exports_are_read_where_they_are_plain(
    text: str, exports: tuple[str, ...] | None
) -> None:
    assert lowered(text).exports == exports


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 80 + "1" + ")" * 80,
        "x = " + " + ".join(["a"] * 900),
        "x = a" + ".b()" * 450,
        "if a: pass\n" + "elif a: pass\n" * 900,
        "x = " + "-" * 900 + "1",
    ],
    ids=["parentheses", "sum", "chain", "branches", "signs"],
)
def test_deep_nesting_is_lowered(text: str) -> None:
    before = sys.getrecursionlimit()

    assert lowered(text).functions[0].body
    assert sys.getrecursionlimit() == before


@settings(deadline=None)
@given(st.sampled_from(sorted(STANDARD_LIBRARY.glob("*.py"))))
def test_every_file_of_the_standard_library_is_lowered(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    module = lower(tree, path.stem)

    definitions = (ast.FunctionDef, ast.AsyncFunctionDef)
    every = [node for node in ast.walk(tree) if isinstance(node, definitions)]
    assert len(module.functions) == len(every) + 1
    calls = {
        (node.lineno, node.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    noted = {
        (ir.line_of(position), ir.column_of(position))
        for each in module.functions
        for _, position, _ in each.facts.calls
    }
    assert noted <= calls
    for each in module.functions:
        for node in each.body:
            assert node[0] in range(ir.ASSIGN, ir.OUTER + 1)
            assert ir.line_of(node[-1]) >= 1
