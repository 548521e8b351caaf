"""Rewrites find their place and change nothing else."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodwright.analysis import Source
from prodwright.kit.rewriting import rewritten
from prodwright.practices import find_hazard


def mended(name: str, text: str) -> str:
    return rewritten(Source(path="app.py", text=text), find_hazard(name)).text


def test_nothing_to_mend_gives_the_same_source() -> None:
    source = Source(path="app.py", text="x = 1\n")

    assert rewritten(source, find_hazard("missing-timeout")) is source


def test_places_after_wide_characters_are_found() -> None:
    text = "import requests\ns = 'äöü€😀'; r = requests.get(s)\n"

    assert mended("missing-timeout", text) == text.replace("(s)", "(s, timeout=10.0)")


def test_windows_line_ends_are_kept() -> None:
    text = "import requests\r\n\r\nr = requests.get(u)  # why\r\n"

    assert mended("missing-timeout", text) == text.replace("(u)", "(u, timeout=10.0)")


def test_nested_places_are_all_mended() -> None:
    text = "import requests\nr = requests.get(requests.get(u).text)\n"
    inner = "requests.get(u, timeout=10.0)"

    assert f"requests.get({inner}.text, timeout=10.0)" in mended(
        "missing-timeout", text
    )


def test_decorated_and_nested_functions_are_found() -> None:
    text = dedent("""
        class Api:
            @route("/")
            async def collect(self, seen=[]):
                @inner
                def add(item, more=[]):
                    more.append(item)
                seen.append(1)
    """)

    result = mended("mutable-default", text)

    assert "async def collect(self, seen=None):" in result
    assert "def add(item, more=None):" in result
    assert result.count("is None") == 2


def test_comments_and_formatting_are_kept() -> None:
    text = dedent("""
        # top
        def f( a,b = {} ): # odd spacing
            # inside
            b[a]   =  1 # kept
    """)

    result = mended("mutable-default", text)

    for comment in ("# top", "# odd spacing", "# inside", "b[a]   =  1 # kept"):
        assert comment in result


def test_an_import_is_added_once_and_after_the_docstring() -> None:
    text = dedent('''
        """Docs."""
        import time

        async def wait():
            time.sleep(1)
            time.sleep(2)
    ''').lstrip()

    result = mended("blocking-in-async", text)

    assert result.startswith('"""Docs."""\n')
    assert result.count("import asyncio") == 1


@pytest.mark.parametrize(
    "taken",
    ["from shop import secrets", "secrets = load()", "def f(secrets): ..."],
)
def test_a_rewrite_does_not_import_over_a_name_of_the_file(taken: str) -> None:
    text = f"import random\n{taken}\napi_key = random.choice('ab')\n"

    assert mended("weak-random", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    X = 1\n    def f(self, a=[X]):\n        a.append(1)\n",
        "for x in y:\n    def f(a=[x]):\n        a.append(1)\n",
        "def f(a: list = []):\n    a.append(1)\n",
        "def f(a=[]): a.append(1)\n",
    ],
)
def test_a_default_stays_where_its_names_are(text: str) -> None:
    assert mended("mutable-default", text) == text


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("yaml.load(s, yaml.Loader)", "yaml.safe_load(s)"),
        ("yaml.load(Loader=yaml.Loader, stream=s)", "yaml.safe_load(stream=s)"),
        ("yaml.load(s)", "yaml.safe_load(s)"),
        ("yaml.load()", "yaml.load()"),
        ("yaml.load(*s)", "yaml.load(*s)"),
    ],
)
def test_the_stream_is_what_is_loaded(call: str, result: str) -> None:
    text = f"import yaml\nx = {call}\n"

    assert mended("unsafe-deserialization", text) == f"import yaml\nx = {result}\n"


def test_suppressed_places_stay() -> None:
    text = (
        "import requests\n"
        "requests.get(u)  # prodwright: allow missing-timeout -- a local socket\n"
        "requests.get(v)\n"
    )

    result = mended("missing-timeout", text)

    assert "requests.get(u)  #" in result
    assert "requests.get(v, timeout=10.0)" in result


@pytest.mark.parametrize("name", ["generic-except", "sql-injection"])
def test_a_hazard_with_a_brief_rewrites_nothing(name: str) -> None:
    text = "try:\n    f()\nexcept Exception:\n    x = 1\n"

    assert mended(name, text) == text


def test_a_file_nested_too_deeply_stays() -> None:
    text = f"import requests\nrequests.get(u)\nx = {' + '.join(['a'] * 900)}\n"

    assert mended("missing-timeout", text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from datetime import datetime, timedelta\n",
            "from datetime import datetime, timedelta, timezone\n",
        ),
        (
            "from datetime import timedelta, datetime\n",
            "from datetime import timedelta, datetime, timezone\n",
        ),
        (
            "from datetime import (\n    datetime,\n    tzinfo,\n)\n",
            "from datetime import (\n    datetime,\n    timezone,\n    tzinfo,\n)\n",
        ),
        (
            "from datetime import (\n    date,\n    datetime,\n)\n",
            "from datetime import (\n    date,\n    datetime,\n    timezone,\n)\n",
        ),
    ],
)
def test_a_name_joins_the_import_in_its_order(before: str, after: str) -> None:
    assert mended("naive-datetime", f"{before}x = datetime.now()\n").startswith(after)


def test_a_module_joins_the_imports_of_its_kind() -> None:
    text = """\
import os  # first
import random
import string

import requests

api_key = random.choices(string.digits)
"""

    result = mended("weak-random", text)

    expected = "import random\nimport secrets\nimport string\n\nimport requests\n"
    assert f"import os  # first\n{expected}" in result
