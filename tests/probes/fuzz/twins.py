"""Small applications that hostile input breaks, each with a sound twin."""

from __future__ import annotations

from dataclasses import dataclass

FRAME = """
import json
import sqlite3
from urllib.parse import parse_qs

BANK = sqlite3.connect(":memory:", check_same_thread=False)
BANK.execute("create table items(id integer primary key, owner text, name text)")
BANK.execute("insert into items values(1, 'ann', 'desk')")
OK, DATA = "200 OK", "application/json"
REFUSED = "401 Unauthorized"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjogImFubiJ9.c2VhbC1vZi1hbm4"


def app(environ, start_response):
    status, kind, text = serve(Asked(environ))
    start_response(status, [("Content-Type", kind)])
    return [text.encode()]


class Asked:
    def __init__(self, environ):
        self.path = environ["PATH_INFO"]
        told = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
        self.query = {{key: values[0] for key, values in told.items()}}
        self.user = environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.body = environ["wsgi.input"].read(length)


def serve(asked):
    {}
"""
TEST = """
import {name} as m


def test_it(prodwright_client):
    client = prodwright_client(m.app, {users})
    answer = client.request({request})
    assert answer.status == 200, answer.text
"""


@dataclass(frozen=True, slots=True)
class Twins:
    """A bad application, a good one, and the request of the test for both.

    Attributes:
        kind: What must be seen of the bad one.
        request: As arguments of the client's `request`.
        bad: Body of the function that serves.
        good: The same, sound.
        users: Headers with credentials, by whose they are.
        case: Which must show it; empty: any.
    """

    kind: str
    request: str
    bad: str
    good: str
    users: str = "{}"
    case: str = ""


GET = '"GET", "/items?q=desk"'
POST = '"POST", "/items", json={"name": "desk", "count": 2}'
WITH_USERS = '{"ann": {"authorization": "t ann"}, "bob": {"authorization": "t bob"}}'
OF_ANN = '"GET", "/items/31", user="ann"'
CLAIMS = """import base64
    try:
        middle = asked.user.split(".")[1] + "=="
        claims = json.loads(base64.urlsafe_b64decode(middle))["name"] == "ann"
    except (ValueError, LookupError, TypeError, RecursionError):
        claims = False"""
TWINS = {
    "types": Twins(
        kind="server-error",
        request=POST,
        bad="return OK, DATA, json.dumps(json.loads(asked.body)['name'].upper())",
        good="""try:
        told = json.loads(asked.body)
        name = told["name"] if isinstance(told, dict) else None
    except (ValueError, LookupError, RecursionError):
        name = None
    if not isinstance(name, str):
        return "422 Unprocessable Entity", DATA, "{}"
    return OK, DATA, json.dumps(name.upper())""",
    ),
    "overflow": Twins(
        kind="server-error",
        request='"GET", "/items?q=1"',
        case="query.q:max-int64",
        bad="""try:
        key = int(asked.query.get("q", ""))
    except ValueError:
        return "400 Bad Request", DATA, "{}"
    found = BANK.execute("select name from items where id = ?", (key,))
    return OK, DATA, json.dumps(found.fetchall())""",
        good="""try:
        key = int(asked.query.get("q", ""))
    except ValueError:
        key = -1
    if not 0 < key < 2**63:
        return "400 Bad Request", DATA, "{}"
    found = BANK.execute("select name from items where id = ?", (key,))
    return OK, DATA, json.dumps(found.fetchall())""",
    ),
    "sql": Twins(
        kind="sql-injection",
        request=GET,
        bad="""try:
        q = asked.query.get("q", "")
        found = BANK.execute(f"select id from items where name = '{q}'").fetchall()
    except (sqlite3.Error, UnicodeError, ValueError):
        return "400 Bad Request", DATA, "{}"
    return OK, DATA, json.dumps(found)""",
        good="""q = ascii(asked.query.get("q", ""))
    found = BANK.execute("select id from items where name = ?", (q,)).fetchall()
    return OK, DATA, json.dumps(found)""",
    ),
    "detail": Twins(
        kind="internals",
        request='"GET", "/items?q=1"',
        bad="""import traceback
    try:
        return OK, DATA, json.dumps(1 / int(asked.query.get("q", "")))
    except (ValueError, ArithmeticError):
        return "400 Bad Request", DATA, traceback.format_exc()""",
        good="""try:
        return OK, DATA, json.dumps(str(int(asked.query.get("q", ""))))
    except ValueError:
        return "400 Bad Request", DATA, '{"error": "q is a number"}'""",
    ),
    "page": Twins(
        kind="xss",
        request=GET,
        bad="""page = "<p>" + asked.query.get("q", "") + "</p>"
    return OK, "text/html", page.encode("utf-8", "replace").decode()""",
        good="""import html
    page = "<p>" + html.escape(asked.query.get("q", "")) + "</p>"
    return OK, "text/html", page.encode("utf-8", "replace").decode()""",
    ),
    "numbers": Twins(
        kind="invalid-answer",
        request='"POST", "/items", json={"price": 2.5}',
        bad="""try:
        told = json.loads(asked.body)["price"] + 0.0
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        return "422 Unprocessable Entity", DATA, "{}"
    return OK, DATA, json.dumps(told)""",
        good="""try:
        told = json.loads(asked.body)["price"] + 0.0
        return OK, DATA, json.dumps(told, allow_nan=False)
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError):
        return "422 Unprocessable Entity", DATA, "{}\"""",
    ),
    "password": Twins(
        kind="secret-kept",
        request='"POST", "/users", json={"password": "hunter22"}',
        bad="""import hashlib
    try:
        word = str(json.loads(asked.body)["password"]).encode("ascii", "replace")
    except (ValueError, LookupError, TypeError, RecursionError):
        return "422 Unprocessable Entity", DATA, "{}"
    kept = hashlib.sha256(word).hexdigest()
    BANK.execute("insert into items(name) values(?)", (kept,))
    return OK, DATA, "{}\"""",
        good="""import hashlib, os
    try:
        word = str(json.loads(asked.body)["password"]).encode("ascii", "replace")
    except (ValueError, LookupError, TypeError, RecursionError):
        return "422 Unprocessable Entity", DATA, "{}"
    kept = hashlib.scrypt(word[:99], salt=os.urandom(8), n=64, r=8, p=1).hex()
    BANK.execute("insert into items(name) values(?)", (kept,))
    return OK, DATA, "{}\"""",
    ),
    "owner": Twins(
        kind="another-account",
        request=OF_ANN,
        users=WITH_USERS,
        bad="""if asked.user not in ("ann", "bob"):
        return "401 Unauthorized", DATA, "{}"
    return OK, DATA, json.dumps("what ann keeps")""",
        good="""if asked.user not in ("ann", "bob"):
        return "401 Unauthorized", DATA, "{}"
    if asked.user != "ann":
        return "404 Not Found", DATA, "{}"
    return OK, DATA, json.dumps("what ann keeps")""",
    ),
    "forged": Twins(
        kind="forged-credentials",
        request='"GET", "/me", headers={"authorization": f"Bearer {m.TOKEN}"}',
        bad=f"""{CLAIMS}
    return (OK if claims else REFUSED), DATA, "{{}}\"""",
        good=f"""{CLAIMS}
    known = asked.user == TOKEN
    return (OK if claims and known else REFUSED), DATA, "{{}}\"""",
    ),
}


def files() -> dict[str, str]:
    """Return all twins and their tests, by file."""
    found: dict[str, str] = {}
    for name, twins in TWINS.items():
        for kind, body in (("bad", twins.bad), ("good", twins.good)):
            module = f"{name}_{kind}"
            found[f"{module}.py"] = (
                FRAME.replace("{{", "{")
                .replace("}}", "}")
                .replace("    {}\n", f"    {body}\n")
            )
            found[f"test_{module}.py"] = TEST.format(
                name=module, users=twins.users, request=twins.request
            )
    return found
