"""What the data flow finds, as findings."""

from __future__ import annotations

from textwrap import dedent

from prodwright.analysis import Project, Source
from prodwright.core.finding import Finding, Severity
from prodwright.kit.flows import unfollowed
from prodwright.kit.judging import judge
from prodwright.practices import find_hazard

VIEWS = """
    from flask import Flask, request
    from store import find

    app = Flask(__name__)

    @app.get("/")
    def show():
        é = "é"; name = request.args["name"]
        return {"rows": find(name)}
"""
STORE = """
    import sqlite3

    def find(name):
        return (
            sqlite3.connect("a").cursor()
            .execute("select " + name)
        )
"""


def project(**more: object) -> Project:
    sources = (
        Source(path="store.py", text=dedent(STORE)),
        Source(path="views.py", text=dedent(VIEWS)),
    )
    return Project(sources=sources, **more)  # type: ignore[arg-type]


def findings(name: str, of: Project) -> list[Finding]:
    return judge(of, [find_hazard(name)])


def test_a_finding_stands_at_the_end_of_the_way_and_tells_all_of_it() -> None:
    (found,) = findings("sql-injection", project())

    assert (found.path, found.line, found.column, found.end_line) == (
        "store.py",
        6,
        9,
        7,
    )
    assert found.severity is Severity.HIGH
    assert found.message == (
        "flask.request.args (views.py 9) becomes part of the statement"
    )
    assert [(each.path, each.line, each.note) for each in found.trace] == [
        ("views.py", 9, "flask.request.args"),
        ("views.py", 9, "becomes name"),
        ("views.py", 10, "is passed to find"),
        ("store.py", 4, "parameter name"),
        ("store.py", 6, "reaches ().execute"),
    ]
    assert found.trace[1].text == 'é = "é"; name = request.args["name"]'
    assert found.trace[1].column == 14  # in characters, not bytes


def test_a_place_that_a_check_sees_too_is_told_once() -> None:
    text = dedent("""
        from flask import Flask, request
        app = Flask(__name__)
        @app.get("/")
        def show(cursor):
            name = request.args["name"]
            cursor.execute(f"SELECT a FROM b WHERE c = '{name}'")
            cursor.execute(f"SELECT a FROM b WHERE c = '{cursor.name}'")
    """)
    of = Project(sources=(Source(path="app.py", text=text),))

    found = findings("sql-injection", of)

    assert [(each.line, bool(each.trace)) for each in found] == [(7, True), (8, False)]


def test_a_suppression_allows_it() -> None:
    text = STORE.replace("return (", "return (  # prodwright: allow sql-injection -- x")
    allowed = Source(path="store.py", text=dedent(text))
    of = Project(sources=(allowed, *project().sources[1:]))

    assert [each.line for each in findings("sql-injection", of)] == [6]

    text = STORE.replace(
        'sqlite3.connect("a").cursor()',
        'sqlite3.connect("a").cursor()  # prodwright: allow sql-injection -- x',
    )
    allowed = Source(path="store.py", text=dedent(text))
    assert findings("sql-injection", Project(sources=(allowed, *of.sources[1:]))) == []


def test_tests_are_not_followed() -> None:
    sources = [
        Source(path=f"tests/{each.path}", text=each.text) for each in project().sources
    ]

    assert findings("sql-injection", Project(sources=tuple(sources))) == []


def test_a_librarys_entries_are_notes_and_on_request() -> None:
    library = Source(path="store.py", text=dedent(STORE))

    assert findings("sql-injection", Project(sources=(library,))) == []
    (found,) = findings(
        "sql-injection", Project(sources=(library,), tells_entries=True)
    )
    assert found.severity is Severity.NOTE
    assert found.message.startswith("parameter name (line 4) becomes part")


def test_model_files_of_the_user_count() -> None:
    text = '[[sanitizer]]\nclears = ["sql"]\nnames = ["store.find", "acme.clean"]\n'
    views = VIEWS.replace("find(name)", "find(acme.clean(name))")
    sources = (
        Source(path="store.py", text=dedent(STORE)),
        Source(path="views.py", text=dedent(f"    import acme\n{views}")),
    )

    assert findings("sql-injection", Project(sources=sources))
    cleaned = Project(sources=sources, models=(("acme.toml", text),))
    assert findings("sql-injection", cleaned) == []


def test_where_values_could_not_be_followed_is_named() -> None:
    nest = "".join(f"{' ' * n}a = b = c = ''\n{' ' * n}while x:\n" for n in range(18))
    nest += " " * 18 + "a = b; b = c; c = x\n"
    body = "".join(f"    {line}\n" for line in nest.splitlines())
    of = Project(
        sources=(
            Source(
                path="slow.py",
                text=f"import os\ndef slow(x):\n{body}    os.system(a)\n",
            ),
        )
    )

    (lost,) = unfollowed(of, [find_hazard("sql-injection")])

    assert (lost.path, lost.function) == ("slow.py", "slow")
    assert unfollowed(of, [find_hazard("missing-timeout")]) == ()


def test_what_the_data_flow_knows_to_be_harmless_is_not_told() -> None:
    text = dedent("""
        from flask import Flask, request
        app = Flask(__name__)
        @app.get("/")
        def show(rules):
            é = "é"; eval("1 + 1" if request.args else "2"); eval(rules.text)
            formula = "1 + 1" if 7 * 6 > 40 else request.args["formula"]
            eval(formula)
            if 7 * 6 < 40:
                eval(rules.text)
    """)
    of = Project(sources=(Source(path="app.py", text=text),))

    assert [each.line for each in findings("code-injection", of)] == [6]
