"""Model files: what comes with the package, and what users add."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from prodwright.analysis.categories import BITS, EVERYTHING, origin_mask
from prodwright.analysis.models import Sink, Validator, known_packages, load
from prodwright.core.errors import ConfigurationInvalid


def test_every_file_that_comes_along_is_valid() -> None:
    models = load(known_packages())

    assert {"flask", "django", "fastapi", "sqlalchemy"} <= known_packages()
    assert {each.category for each in chain(*models.sinks.values())} >= {
        "sql",
        "command",
        "path",
        "redirect",
        "secret-log",
    }


def test_only_what_is_imported_is_read() -> None:
    nothing, flask = load([]), load(["flask", "unheard_of"])

    assert "flask.redirect" in flask.sinks
    assert "flask.redirect" not in nothing.sinks
    assert "os.system" in nothing.sinks


def test_a_file_brings_those_it_builds_on() -> None:
    assert "starlette.responses.RedirectResponse" in load(["fastapi"]).sinks


USERS = """
[[source]]
of = "acme.Request()"
names = ["body", "query()"]
without = ["nosql"]

[[sink]]
category = "sql"
names = ["acme.db.run"]
arguments = [1, "self", "statement"]
unless = ["checked"]
needs = { raw = true }

[[sink]]
category = "command"
names = ["acme.db.run"]
arguments = ["*"]

[[sanitizer]]
clears = ["sql", "page"]
names = ["acme.quote"]

[[validator]]
clears = ["all"]
raises = true
arguments = ["self"]
names = ["*.verify"]
"""


def test_users_add_their_own() -> None:
    models = load([], [("acme.toml", USERS)])

    assert models.sources["acme.Request().query()"] == (
        origin_mask("input") & ~BITS["nosql"]
    )
    assert models.sinks["acme.db.run"] == (
        Sink(
            category="sql",
            bit=BITS["sql"],
            positions=(1, -1),
            keywords=("statement",),
            unless=("checked",),
            needs=(("raw", True),),
        ),
        Sink(category="command", bit=BITS["command"], all_arguments=True),
    )
    assert models.sanitizers["acme.quote"] == BITS["sql"] | BITS["page"]
    verify = Validator(cleared=EVERYTHING, argument=-1, result=None)
    assert models.validators["*.verify"] == verify


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[[sink", "mine.toml: not valid TOML", "mend"),
        ("[[sinks]]", "mine.toml: [[sinks]] is unknown", "use source"),
        ("[sink]\nx = 1", "mine.toml: sink is no list", "[[sink]]"),
        ("sink = [1]", "mine.toml: sink 1: 1 is no table", "[["),
        ("[[sink]]\ncategory = 'sql'", "sink 1: names is missing", "names ="),
        (
            "[[sink]]\nnames = ['f']\ncategory = 'sqll'",
            "sink 1: category = 'sqll' is unknown",
            "did you mean sql?",
        ),
        (
            "[[source]]\nnames = ['f']\norigin = 'inptu'",
            "source 1: origin = 'inptu' is unknown",
            "did you mean input?",
        ),
        (
            "[[source]]\nnames = ['f']\n[[source]]\nname = ['f']",
            "source 2: name is unknown",
            "did you mean names?",
        ),
        (
            "[[source]]\nnames = ['f(x)']",
            "names holds 'f(x)', no dotted name",
            "package.module.function",
        ),
        ("[[source]]\nnames = [1]", "names holds 1, no text", "quotes"),
        ("[[source]]\nnames = 'f'", "names = 'f' is no list of texts", "["),
        (
            "[[sanitizer]]\nnames = ['f']",
            "sanitizer 1: clears is missing",
            "categories",
        ),
        (
            "[[sink]]\nnames = ['f']\ncategory = 'sql'\narguments = [-1]",
            "arguments holds -1",
            "from 0",
        ),
        (
            "[[sink]]\nnames = ['f']\ncategory = 'sql'\nargv = 'yes'",
            "argv = 'yes'",
            "true or false",
        ),
        (
            "[[returns]]\nnames = ['f']\ntype = 'import os'",
            "type holds 'import os', no dotted name",
            "package",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationInvalid, match=re.escape(message)) as caught:
        load([], [("mine.toml", text)])

    assert "\n" not in str(caught.value).rstrip()
    assert hint in caught.value.hint
