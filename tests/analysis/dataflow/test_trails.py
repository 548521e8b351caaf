"""Findings tell the way of a value, step by step."""

from __future__ import annotations

from analysis.dataflow.scene import followed, handler
from prodwright.analysis.dataflow.trails import (
    begin,
    extend,
    from_callee,
    meet,
    way,
)
from prodwright.analysis.ir import line_of


def steps(code: str | dict[str, str]) -> list[tuple[str, int, str]]:
    (flow,) = followed(code).flows
    return [(path, line_of(position), note) for path, position, note in flow.steps]


def test_each_assignment_is_a_step() -> None:
    assert steps(handler("y = x + 'a'\nos.system(y)")) == [
        ("app.py", 10, "flask.request.args"),
        ("app.py", 10, "becomes x"),
        ("app.py", 12, "becomes y"),
        ("app.py", 13, "reaches os.system"),
    ]


def test_the_way_leads_through_functions_and_files() -> None:
    helpers = (
        "import os\n"
        "def run(command):\n    text = command\n    inner(text)\n"
        "def inner(text):\n    os.system(text)\n"
        "def same(text):\n    return text\n"
    )
    web = "from helpers import run, same\n" + handler("run(same(x))")

    assert steps({"helpers.py": helpers, "app.py": web})[2:] == [
        ("app.py", 13, "comes back from same"),
        ("app.py", 13, "is passed to run"),
        ("helpers.py", 2, "parameter command"),
        ("helpers.py", 3, "becomes text"),
        ("helpers.py", 4, "is passed to inner"),
        ("helpers.py", 5, "parameter text"),
        ("helpers.py", 6, "reaches os.system"),
    ]


def test_the_way_begins_where_a_function_asks_the_client() -> None:
    helper = "def ask():\n    return request.args['y']\n"

    assert steps(helper + handler("x = ask()\nos.system(x)")) == [
        ("app.py", 2, "flask.request.args"),
        ("app.py", 14, "comes back from ask"),
        ("app.py", 14, "becomes x"),
        ("app.py", 15, "reaches os.system"),
    ]


def test_of_two_ways_to_one_place_the_shorter_is_told() -> None:
    code = "def run(c):\n    os.system(c)\ndef more(c):\n    run(c)\n" + handler(
        "more(x)\nrun(x)"
    )

    assert len(steps(code)) == 5


def test_a_way_follows_what_is_dangerous_all_along() -> None:
    code = handler("a = request.form['a']\nimport shlex\nos.system(shlex.quote(a) + x)")

    assert (("app.py", 10, "becomes x")) in steps(code)
    assert not any(note == "becomes a" for _, _, note in steps(code))


def test_a_callees_parameters_are_not_its_callers() -> None:
    own = begin(0b1, "a.py", 1, "outside")
    parameter = begin(0b1 << 32, "a.py", 2, "parameter")
    both = meet(own, parameter)
    assert both is not None

    carried = extend(from_callee(both), 0b1 | 0b1 << 32, ("b.py", 3, "comes back"))

    assert way(carried, 0, 0b1) == [("a.py", 1, "outside"), ("b.py", 3, "comes back")]
    assert way(carried, 1, 0b1) == [("b.py", 3, "comes back")]


def test_long_ways_are_shortened_in_the_middle() -> None:
    trail = begin(1, "a.py", 0, "outside")
    for number in range(1, 200):
        trail = extend(trail, 1, ("a.py", number, "on"))

    told = way(trail, 0, 1)

    assert len(told) == 64
    assert told[0][2] == "outside"
    assert told[-1][1] == 199
