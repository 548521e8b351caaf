"""Whatever code looks like, following it ends, in bounded time, without a crash."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dataflow.scene import FLASK, followed, found, handler, marked
from prodwright.analysis.dataflow import follow
from prodwright.analysis.ir import line_of
from prodwright.analysis.linking import Program
from prodwright.analysis.lowering import lower
from prodwright.analysis.models import load

# Each loop takes three passes, and begins anew in each pass of the one around it.
NEST = "".join(f"{' ' * n}a = b = c = ''\n{' ' * n}while x:\n" for n in range(18))
NEST += " " * 18 + "a = b; b = c; c = x\n"
SHAPES = {
    "a sum of a thousand": "y = "
    + " + ".join(["x"] * 900)
    + "\nos.system(y)  # command",
    "a chain of calls": f"y = x{'.strip()' * 400}\nos.system(y)  # command",
    "many branches": (
        "".join(f"if x == {n}:\n  y = x\n" for n in range(400))
        + "os.system(x)  # command"
    ),
    "many assignments": (
        "y0 = x\n"
        + "".join(f"y{n + 1} = y{n}\n" for n in range(3_000))
        + "os.system(y3000)  # command"
    ),
    "lists of lists": (
        "y = [x]\n" + "y = [y, y, y]\n" * 200 + "os.system(y[0])  # command"
    ),
    "objects in themselves": (
        "y = {}\ny['a'] = y\ny['b'] = x\nfor z in y:\n  y[z] = y\n"
        "os.system(y['b'])  # command"
    ),
    "large numbers": (
        "n = 9 ** 9 ** 9 ** 9\nm = 'a' * 10 ** 12\nk = 1 << 10 ** 9\n"
        "l = [0] * 10 ** 12\nf = '%1000000000d' % 1\ng = '{:>1000000000}'.format('a')\n"
        "os.system(x)  # command"
    ),
    "errors in constants": (
        "a = 1 / 0\nb = 'a' + 1\nc = 'a'[5]\nd = {}[1]\ne = [][1]\nf = -'a'\n"
        "g = 1 in 2\nh = 'a' < 1\ni = 'a'.index('b')\nj = int('a')\n"
        "os.system(x)  # command"
    ),
}

# Of CPU, on a busy machine and with coverage measured: without limits it is minutes.
MOST_SECONDS = 30


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_odd_code_is_followed_all_the_same(body: str) -> None:
    code = handler(body)

    started = time.process_time()
    assert found(code) == marked(code)
    assert time.process_time() - started < MOST_SECONDS


def test_a_function_that_takes_too_long_is_named_and_the_others_are_followed() -> None:
    body = "".join(f"    {line}\n" for line in NEST.splitlines())
    code = f"def slow(x):\n{body}" + handler("os.system(x)  # command\nslow(x)")

    started = time.process_time()
    result = followed(code)

    assert time.process_time() - started < MOST_SECONDS
    (unfollowed,) = result.unfollowed
    assert unfollowed.function == "slow"
    assert "steps" in unfollowed.reason
    assert [line_of(each.position) for each in result.flows] == [50]


def test_functions_that_call_each_other_in_a_long_row_end() -> None:
    row = "".join(f"def f{n}(c):\n    f{n + 1}(c)\n" for n in range(500))
    code = f"{row}def f500(c):\n    os.system(c)\n" + handler("f0(x)")

    assert len(followed(code).unfollowed) == 0


def test_circles_of_calls_end() -> None:
    circle = "".join(
        f"def f{n}(c, d):\n    g = f{(n + 1) % 40}(c, d) + f{(n + 7) % 40}(d, c)\n"
        "    return g\n"
        for n in range(40)
    )

    started = time.process_time()
    followed(circle + handler("os.system(f0(x, x))"))

    assert time.process_time() - started < MOST_SECONDS


def test_modules_that_import_each_other_end() -> None:
    files = {
        "a.py": "from b import *\nimport b\nv = b.w\nu = v\n",
        "b.py": "from a import *\nimport a\nw = a.v\n",
        "app.py": "from a import v\n" + handler("os.system(v + x)  # command"),
    }

    assert found(files) == marked(files)


def test_a_class_of_many_bases_is_followed() -> None:
    bases = "".join(f"class B{n}: pass\n" for n in range(1_000))
    names = ", ".join(f"B{n}" for n in range(1_000))
    code = f"{bases}class C({names}): pass\n" + handler(
        "C().anything(x)\nos.system(C(x).anything)  # command"
    )

    assert found(code) == marked(code)


PIECES = (
    "x = request.args['x']",
    "x = x + y",
    "y = [x, y]",
    "y = {'a': x, **y}",
    "x, *y = y",
    "y[x] = x",
    "del y['a']",
    "x.a.b = y",
    "x = x.a.b(*y, **x)",
    "for x in y: y = x",
    "while x: x = y; break",
    "with x as y: y = x",
    "try: x = y\n    except E as y: x = y\n    finally: y = x",
    "match x:\n        case {'a': y, **x}: y = x\n        case A(x) | [x]: pass",
    "global x; import os as y; x = y.path",
    "def f(x, *y, z=x, **k): return f(x, *y, **k)",
    "class x(y): a: x = y",
    "x = lambda y: x(y)",
    "x = [y for y in x if y in y]",
    "assert x in y, y",
    "raise x(y) from y",
    "return f'{x!r:{y}}', y",
    "x = yield from y",
    "x = x if x else not y",
    "x = x[y:x:y]",
    "x = 'a%s' % (x,)",
    "y = x or y and x",
    "eval(x)",
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_any_statements_are_followed(pieces: list[str]) -> None:
    body = "".join(f"    {piece}\n" for piece in pieces)
    code = f"{FLASK}@app.route('/<y>')\ndef handle(y):\n    x = y\n{body}    pass\n"
    try:
        tree = ast.parse(code)
        compile(tree, "app.py", "exec")
    except SyntaxError:
        return
    program = Program.of([("app.py", lower(tree, "app"))])

    assert follow(program, load(["flask"])).unfollowed == ()
