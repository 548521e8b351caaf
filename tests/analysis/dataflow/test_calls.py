"""Calls of the program's own functions, in one file and across files."""

from __future__ import annotations

import pytest

from analysis.dataflow.scene import FLASK, followed, found, handler, marked

HELPERS = {
    "an argument": "def run(c):\n    os.system(c)  # command\n",
    "a keyword": "def run(c='ls', *, d=None):\n    os.system(d)  # command\n",
    "a rest": "def run(*cs):\n    os.system(cs[0])  # command\n",
    "keywords": "def run(**cs):\n    os.system(cs['d'])  # command\n",
    "two calls": (
        "def run(c):\n    inner(c)\ndef inner(d):\n    os.system(d)  # command\n"
    ),
    "itself": (
        "def run(c, n=3):\n    if n:\n        run(c, n - 1)\n"
        "    os.system(c)  # command\n"
    ),
    "each other": (
        "def run(c):\n    other(c)\n    os.system(c)  # command\n"
        "def other(c):\n    run(c)\n"
    ),
    "a decorated one": (
        "import functools\n@functools.cache\ndef run(c):\n    os.system(c)  # command\n"
    ),
    "a coroutine": "async def run(c):\n    os.system(c)  # command\n",
}
CALLS = {"a keyword": "run(d=x)", "keywords": "run(d=x)"}


@pytest.mark.parametrize("name", HELPERS)
def test_the_flow_ends_in_the_function_that_is_called(name: str) -> None:
    call = CALLS.get(name, "run(x)")
    code = HELPERS[name] + handler(f"{call}\nos.system('ls')")

    assert marked(code)
    assert found(code) == marked(code)


@pytest.mark.parametrize("name", HELPERS)
def test_the_same_function_with_constants_is_silent(name: str) -> None:
    call = CALLS.get(name, "run(x)").replace("x)", "'ls')")

    assert found(HELPERS[name] + handler(f"{call}")) == set()


RETURNING = {
    "its argument": "def f(a, b):\n    return a\n",
    "its second argument": "def f(b, a=None):\n    return a\n",
    "one of two": "def f(a, b):\n    if b:\n        return a\n    return b\n",
    "a text around it": "def f(a, b):\n    return f'[{a}]'\n",
    "a pair": "def f(a, b):\n    return (a, b)[0]\n",
    "what it yields": "def f(a, b):\n    yield a\n",
    "what another returns": (
        "def f(a, b):\n    return g(a)\ndef g(a):\n    return a + '.'\n"
    ),
}


@pytest.mark.parametrize("helper", RETURNING.values(), ids=RETURNING)
def test_what_comes_back_is_as_dangerous_as_what_went_in(helper: str) -> None:
    first, second = ("'ls'", "x") if "(b, a" in helper else ("x", "'ls'")
    code = helper + handler(f"os.system(f({first}, {second}))  # command")

    assert found(code) == marked(code)
    if "if b" not in helper:
        assert found(helper + handler(f"os.system(f({second}, {first}))")) == set()


def test_a_function_that_escapes_makes_pages_harmless_and_nothing_else() -> None:
    helper = "def escape_html(t):\n    return ''.join(c for c in t)\n"
    code = helper + handler(
        "os.system(escape_html(x))  # command\nreturn escape_html(x)"
    )

    assert found(code) == marked(code)


SHOP = {
    "shop/__init__.py": "from .web import app\n",
    "shop/db.py": (
        "import sqlite3\n"
        "def find(name):\n"
        "    return sqlite3.connect('a').execute('select ' + name)  # sql\n"
    ),
    "shop/service.py": (
        "from shop import db\n"
        "class Service:\n"
        "    def __init__(self, prefix):\n"
        "        self.prefix = prefix\n"
        "    def find(self, name):\n"
        "        return db.find(self.prefix + name)\n"
        "    @property\n"
        "    def safe(self):\n"
        "        return 'a'\n"
        "    @staticmethod\n"
        "    def same(text):\n"
        "        return text\n"
        "    @classmethod\n"
        "    def made(cls, text):\n"
        "        return cls(text)\n"
    ),
    "shop/web.py": (
        "from .service import Service\n" + FLASK + "@app.get('/')\ndef handle():\n"
        "    service = Service('a')\n"
        "    service.find(request.args['x'])\n"
        "    return {}\n"
    ),
}


def test_flows_cross_files_and_classes() -> None:
    assert found(SHOP) == marked(SHOP)


def shop(body: str) -> set[tuple[str, int, str]]:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    web = SHOP["shop/web.py"].partition("    service =")[0] + lines
    return found({**SHOP, "shop/web.py": web})


@pytest.mark.parametrize(
    "body",
    [
        "Service(request.args['x']).find('a')",
        "s = Service('a')\ns.prefix = request.args['x']\ns.find('a')",
        "Service('a').find(Service.same(request.args['x']))",
        "Service('a').find(Service('a').same(request.args['x']))",
        "Service.made(request.args['x']).find('a')",
    ],
)
def test_objects_hold_what_they_were_given(body: str) -> None:
    assert shop(body) == {("shop/db.py", 3, "sql")}


@pytest.mark.parametrize(
    "body",
    [
        "Service('a').find('b')",
        "Service('a').find(Service(request.args['x']).safe)",
        "s = Service(request.args['x'])\ns.prefix = 'a'\ns.find('b')",
        "Service(request.args['x'])",
    ],
)
def test_objects_hold_nothing_else(body: str) -> None:
    assert shop(body) == set()


def test_a_method_that_only_its_name_tells_is_found_where_few_have_it() -> None:
    helper = (
        "class Thing:\n    def shell_out(self, c):\n        os.system(c)  # command\n"
        "def make(name):\n    return getattr(globals(), name)()\n"
    )
    code = helper + handler("make('Thing').shell_out(x)")

    assert found(code) == marked(code)


def test_the_client_may_be_asked_inside_a_helper() -> None:
    helper = "def get(source, name):\n    return source.args.get(name)\n"
    code = helper + handler("os.system(get(request, 'y'))  # command")

    assert found(code) == marked(code)


def test_variables_of_modules_are_seen_by_functions() -> None:
    code = (
        "LIMIT = 3\nkept = {}\nvariable = 1\n"
        "def change():\n    global variable\n    variable = 2\n"
        + handler(
            "c = 'ls'\nif LIMIT > 5:\n  c = x\nos.system(c)\n"
            "if not kept:\n  os.system(x)  # command\n"
            "if variable != 1:\n  os.system(x)  # command"
        )
    )

    assert found(code) == marked(code)


def test_variables_of_modules_are_imported_inside_functions() -> None:
    files = {
        "settings.py": "MODE = 'a'\nname = object()\n",
        "app.py": handler(
            "from settings import MODE, name\n"
            "c = 'ls' if MODE == 'a' else x\nos.system(c)\n"
            "other = name or MODE\nos.system(x if other else c)  # command"
        ),
    }

    assert found(files) == marked(files)


def test_functions_defined_inside_are_followed() -> None:
    code = handler("def run(c):\n  os.system(c)  # command\nrun(x)")

    assert found(code) == marked(code)


def test_a_librarys_own_entries_are_told_apart() -> None:
    code = (
        "import os\n"
        "def run(command):\n    os.system(command)\n"
        "def _hidden(command):\n    os.system(command)\n"
        "def fixed():\n    os.system('ls')\n"
    )
    result = followed(code)

    assert result.flows == ()
    (entry,) = result.entries
    assert entry.is_entry
    assert [each[2] for each in entry.steps] == [
        "parameter command",
        "reaches os.system",
    ]


def test_an_entry_that_is_reached_from_outside_is_a_flow() -> None:
    code = "def run(c):\n    os.system(c)  # command\n" + handler("run(x)")

    assert followed(code).entries == ()
