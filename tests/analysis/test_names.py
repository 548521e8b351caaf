"""What a name stands for, as far as one file shows."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from prodwright.analysis import Source


def source(code: str) -> Source:
    return Source(path="example.py", text=dedent(code))


def called(code: str) -> str | None:
    """The name of the outermost call that starts last."""
    read = source(code)
    calls = sorted(read.nodes(ast.Call), key=lambda each: each.lineno)
    last = next(each for each in calls if each.lineno == calls[-1].lineno)
    return read.called(last)


@pytest.mark.parametrize(
    "imported",
    [
        "import requests\nrequests.get(url)",
        "import requests as r\nr.get(url)",
        "from requests import get\nget(url)",
        "from requests import get as fetch\nfetch(url)",
    ],
)
def test_every_way_to_import_gives_the_same_name(imported: str) -> None:
    assert called(imported) == "requests.get"


def test_a_dotted_import_is_known_by_its_whole_path() -> None:
    assert called("import os.path\nos.path.exists(p)") == "os.path.exists"


def test_a_relative_import_is_no_library() -> None:
    assert called("from .requests import get\nget(url)") == ".requests.get"


def test_a_builtin_is_itself_unless_the_file_binds_its_name() -> None:
    assert called("open(path)") == "open"
    assert called("def open(path): ...\nopen(path)") is None
    assert called("open = other\nopen(path)") is None


def test_a_variable_is_what_it_was_assigned() -> None:
    code = """
        import requests
        def fetch(url):
            session = requests.Session()
            return session.get(url)
    """

    assert called(code) == "requests.Session.get"


def test_a_with_target_is_what_was_entered() -> None:
    code = """
        import tarfile
        with tarfile.open(path) as archive:
            archive.extractall()
    """

    assert called(code) == "tarfile.open.extractall"


def test_an_annotated_parameter_is_its_annotation() -> None:
    code = """
        import httpx
        def fetch(client: httpx.Client):
            client.get("/")
    """

    assert called(code) == "httpx.Client.get"


def test_an_attribute_of_self_is_what_the_class_assigns() -> None:
    code = """
        import queue
        class Mailer:
            def __init__(self):
                self.box = queue.Queue()
            def send(self, mail):
                self.box.put(mail)
    """

    assert called(code) == "queue.Queue.put"


def test_assignments_that_disagree_say_nothing() -> None:
    code = """
        import httpx, requests
        def fetch(url, old):
            client = httpx.Client()
            if old:
                client = requests.Session()
            client.get(url)
    """

    assert called(code) is None


def test_an_unknown_parameter_hides_the_module_level_name() -> None:
    code = """
        import requests
        session = requests.Session()
        def fetch(session, url):
            session.get(url)
    """

    assert called(code) is None


def test_methods_do_not_see_the_names_of_their_class() -> None:
    code = """
        import requests
        class Api:
            session = requests.Session()
            def fetch(self, url):
                session.get(url)
    """

    assert called(code) is None


def test_a_name_assigned_from_itself_ends() -> None:
    chain = "\n".join(f"    query = query.filter({n})" for n in range(60))

    assert called(f"def ask(query):\n{chain}\n    query.all()\n") is None


def test_names_assigned_from_each_other_end() -> None:
    code = """
        def ask():
            first = second.next()
            second = first.next()
            second.all()
    """

    assert called(code) is None


def test_a_class_is_known_by_its_chain_of_calls() -> None:
    code = """
        import hashlib, hmac
        hmac.new(key, body, hashlib.sha256).hexdigest()
    """

    assert called(code) == "hmac.new.hexdigest"


def test_binding_and_assigning_are_told_apart() -> None:
    names = source("def made(): ...\nvalue = 1\n").names

    assert names.binds("made")
    assert names.binds("value")
    assert not names.is_assigned("made")
    assert names.is_assigned("value")


def test_what_is_awaited_is_what_was_made() -> None:
    code = """
        import asyncpg

        async def ask():
            connection = await asyncpg.connect()
            connection.fetch()
    """

    assert called(code) == "asyncpg.connect.fetch"


def test_self_outside_a_class_is_nobody() -> None:
    assert called("def ask(self):\n    self.client.get()\n") is None
