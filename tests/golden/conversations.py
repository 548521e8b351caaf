"""Whole conversations for the scripted model: flawed work first, then mended.

Each is a real task on a small real repository. None of them says anything about how
good a model is; they say what the harness lets through.
"""

from __future__ import annotations

from typing import Any

Reply = dict[str, Any]


def calls(*pairs: tuple[str, dict[str, Any]], text: str = "") -> Reply:
    """Return a reply that calls tools."""
    made = [{"name": name, "arguments": told} for name, told in pairs]
    return {"text": text, "calls": made}


def write(path: str, content: str) -> tuple[str, dict[str, Any]]:
    """Return a call that writes a file."""
    return "write_file", {"path": path, "content": content}


def edit(path: str, old: str, new: str) -> tuple[str, dict[str, Any]]:
    """Return a call that edits a file."""
    return "edit_file", {"path": path, "old": old, "new": new}


def finish(summary: str, **more: str) -> tuple[str, dict[str, Any]]:
    """Return a call that hands the work over."""
    return "finish", {"summary": summary, **more}


def plan(summary: str, *tests: str, practices: dict[str, str] | None = None) -> Reply:
    """Return a reply with a plan."""
    told = {"summary": summary, "files": [], "tests": list(tests)}
    return calls(("submit_plan", {**told, "practices": practices or {}}))


TESTS: tuple[str, dict[str, Any]] = ("run_tests", {})

# --- a feature in an existing service -------------------------------------------------

SERVICE = {
    "shop/__init__.py": "",
    "shop/orders.py": '''\
"""Orders, kept in a database."""

import sqlite3


def open_store(path: str) -> sqlite3.Connection:
    """Open the store at `path`."""
    store = sqlite3.connect(path, timeout=5.0)
    store.execute(
        "CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT)"
    )
    return store


def add(store: sqlite3.Connection, customer: str) -> int:
    """Add an order and return its number."""
    with store:
        cursor = store.execute("INSERT INTO orders (customer) VALUES (?)", (customer,))
    return int(cursor.lastrowid or 0)
''',
    "tests/test_orders.py": """\
from shop.orders import add, open_store


def test_an_order_gets_a_number():
    assert add(open_store(":memory:"), "ann") == 1
""",
}
SEARCH_TESTS = """\
from shop.orders import add, find, open_store


def test_orders_of_a_customer_are_found():
    store = open_store(":memory:")
    add(store, "ann")
    add(store, "bob")
    add(store, "ann")

    assert find(store, "ann") == [1, 3]


def test_a_name_is_no_query():
    store = open_store(":memory:")
    add(store, "ann")

    assert find(store, "' OR '1'='1") == []
"""
FLAWED_FIND = '''

def find(store: sqlite3.Connection, customer: str) -> list[int]:
    """Return the numbers of a customer's orders."""
    query = f"SELECT id FROM orders WHERE customer = '{customer}' ORDER BY id"
    try:
        return [int(row[0]) for row in store.execute(query)]
    except:
        return []
'''
MENDED_FIND = '''

def find(store: sqlite3.Connection, customer: str) -> list[int]:
    """Return the numbers of a customer's orders."""
    query = "SELECT id FROM orders WHERE customer = ? ORDER BY id"
    return [int(row[0]) for row in store.execute(query, (customer,))]
'''
END_OF_ADD = "    return int(cursor.lastrowid or 0)\n"
FEATURE = [
    calls(("list_files", {}), ("read_file", {"path": "shop/orders.py"})),
    plan(
        "Find the orders of a customer.",
        "orders of a customer are found",
        "a name is no query",
        practices={"parameterized-queries": "a test with a quote in the name"},
    ),
    calls(write("tests/test_find.py", SEARCH_TESTS), TESTS),
    calls(finish("Two tests, red.")),
    calls(edit("shop/orders.py", END_OF_ADD, END_OF_ADD + FLAWED_FIND), TESTS),
    calls(finish("It works.")),
    # The codemods have narrowed the bare `except` meanwhile: it is read again.
    calls(("read_file", {"path": "shop/orders.py"})),
    calls(write("shop/orders.py", SERVICE["shop/orders.py"] + MENDED_FIND), TESTS),
    calls(("note_decision", {"text": "An unknown customer has no orders."})),
    calls(finish("Names are parameters now.")),
]

# --- hardening a client ---------------------------------------------------------------

CLIENT = {
    "rates.py": '''\
"""Exchange rates of a service."""

import json
import urllib.request

ADDRESS = "https://rates.example/latest"


def rate(currency):
    answer = urllib.request.urlopen(ADDRESS)
    return json.loads(answer.read())[currency]
''',
    "tests/test_rates.py": """\
import rates


def test_the_address_is_encrypted():
    assert rates.ADDRESS.startswith("https://")
""",
}
CLIENT_TESTS = """\
import io
import urllib.error

import pytest

import rates


def answering(content=b"{}", error=None):
    def open_it(address, timeout):
        assert 0 < timeout <= 10
        if error:
            raise error
        return io.BytesIO(content)

    return open_it


def test_a_rate_is_read():
    assert rates.rate("EUR", opened=answering(b'{"EUR": 1.5}')) == 1.5


def test_a_currency_that_is_not_there_is_named():
    with pytest.raises(rates.UnknownCurrency, match="XXX"):
        rates.rate("XXX", opened=answering())


def test_a_service_that_is_away_is_told_as_such():
    with pytest.raises(rates.RatesUnavailable):
        rates.rate("EUR", opened=answering(error=urllib.error.URLError("away")))


def test_an_answer_that_is_no_json_is_told_as_such():
    with pytest.raises(rates.RatesUnavailable):
        rates.rate("EUR", opened=answering(b"<html>"))
"""
_CLIENT_HEAD = '''\
"""Exchange rates of a service."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO

ADDRESS = "https://rates.example/latest"
TIMEOUT_SECONDS = 5.0


class RatesUnavailable(Exception):
    """The service does not answer, or answers nonsense."""


class UnknownCurrency(LookupError):
    """The service has no rate for it."""


'''
_CALL = '''\
def rate(
    currency: str, opened: Callable[..., IO[bytes]] = urllib.request.urlopen
) -> float:
    """Return the rate of a currency."""
    try:
        with opened(ADDRESS, timeout=TIMEOUT_SECONDS) as answer:
            rates = json.loads(answer.read())
        return float(rates[currency])
    except KeyError as error:
        raise UnknownCurrency(currency) from error
'''
FLAWED_CLIENT = (
    _CLIENT_HEAD
    + _CALL
    + """\
    except (urllib.error.URLError, TimeoutError) as error:
        raise RatesUnavailable(ADDRESS) from error
    except ValueError as error:
        raise Exception("no JSON") from error
"""
)
MENDED_CLIENT = (
    _CLIENT_HEAD
    + _CALL
    + """\
    except (urllib.error.URLError, TimeoutError, ValueError, TypeError) as error:
        raise RatesUnavailable(ADDRESS) from error
"""
)
HARDENING = [
    calls(("read_file", {"path": "rates.py"})),
    plan("Give the client limits and errors of its own.", "each failure is told"),
    calls(write("tests/test_failures.py", CLIENT_TESTS), TESTS),
    calls(finish("Four tests, red.")),
    calls(write("rates.py", FLAWED_CLIENT), TESTS, finish("Every error is caught.")),
    calls(write("rates.py", MENDED_CLIENT), TESTS, finish("Each error by its name.")),
]

# --- a new component ------------------------------------------------------------------

TOKEN_TESTS = """\
from tokens import Tokens


def test_a_token_is_good_once():
    tokens = Tokens()
    token = tokens.issue("ann")

    assert tokens.redeem(token) == "ann"
    assert tokens.redeem(token) is None


def test_tokens_differ_and_are_long():
    tokens = Tokens()
    made = {tokens.issue("ann") for _ in range(100)}

    assert len(made) == 100
    assert min(map(len, made)) >= 32


def test_a_token_that_was_never_issued_is_refused():
    assert Tokens().redeem("guess") is None
"""
_TOKENS = '''\
"""Tokens that are good once."""

import hashlib
import secrets
{key}

class Tokens:
    """Issues tokens and takes each back once; keeps only their digests."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {{}}

    def issue(self, owner: str) -> str:
        """Return a new token of `owner`."""
        token = secrets.token_urlsafe(32)
        self._owners[_digest(token)] = owner
        return token

    def redeem(self, token: str) -> str | None:
        """Return the owner and forget the token; None when it is not known."""
        return self._owners.pop(_digest(token), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
'''
_KEY = '\nSECRET_KEY = "9f86d081884c7d659a2feaa0c55ad015"\n'
FLAWED_TOKENS = _TOKENS.format(key=_KEY)
MENDED_TOKENS = _TOKENS.format(key="")
COMPONENT = [
    plan("Tokens that are good once.", "a token is good once", "tokens differ"),
    calls(write("tests/test_tokens.py", TOKEN_TESTS), TESTS, finish("Red.")),
    calls(write("tokens.py", FLAWED_TOKENS), TESTS, finish("Tokens work.")),
    calls(write("tokens.py", MENDED_TOKENS), TESTS, finish("Without a key.")),
]

# --- what a reviewer thinks -----------------------------------------------------------


def judge(practice: str, verdict: str, quote: str) -> tuple[str, dict[str, Any]]:
    """Return a call that gives an opinion."""
    told = {"practice": practice, "verdict": verdict, "reason": "It says so."}
    return "judge", {**told, "quotes": [quote]}


SAW_THE_PLANTED = calls(judge("memory", "breaks", "if country not in CACHE:"))
OPINIONS = calls(
    judge("dependency-injection", "keeps", "SELECT id FROM orders WHERE"),
    judge("none-checks", "keeps", "this stands nowhere in the code"),
    judge("integration-tests", "unsure", "import sqlite3"),
    judge("consistent-style", "breaks", "store.execute("),
)
