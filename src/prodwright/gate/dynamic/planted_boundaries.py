"""Boundaries with a defect of each kind, planted beside the code, and a sound one."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.adapters.fuzz_runs import TriedBoundary
from prodwright.gate.dynamic.ground import Plot

CODE = """
import json
import os
import sqlite3
import subprocess
import tempfile
import time
import traceback
from urllib.parse import parse_qs

BANK = sqlite3.connect(":memory:", check_same_thread=False)
BANK.execute("create table kept(name, word)")
TEXT, PAGE, DATA = "text/plain", "text/html", "application/json"


def breaks(q):
    return 200, TEXT, str(int(q))


def tells(q):
    try:
        return 200, TEXT, str(int(q))
    except ValueError:
        return 400, TEXT, traceback.format_exc()


def asks(q):
    try:
        rows = BANK.execute(f"select name from kept where name = '{q}'").fetchall()
    except (sqlite3.Error, UnicodeError):
        return 400, TEXT, "no"
    return 200, DATA, json.dumps(rows)


def shows(q):
    return 200, PAGE, f"<p>{q}</p>"


def formats(q):
    try:
        return 200, TEXT, q.format("x")
    except (LookupError, ValueError, AttributeError):
        return 400, TEXT, "no"


def starts(q):
    if "\\0" in q or not q.isprintable() or len(q) > 999:
        return 400, TEXT, "no"
    done = subprocess.run(f"echo {q}", shell=True, capture_output=True, timeout=9)
    return 200, TEXT, str(len(done.stdout))


def opens(q):
    try:
        with open(os.path.join(tempfile.gettempdir(), q), "rb") as file:
            return 200, TEXT, str(len(file.read(9)))
    except (OSError, ValueError):
        return 404, TEXT, "no"


def turns(q):
    return 302, TEXT, q


def lasts(q):
    ends = time.process_time() + 2.2
    while q.endswith("a!") and time.process_time() < ends:
        pass
    return 200, TEXT, "ok"


def grows(q):
    return 200, TEXT, str(len(b"x" * (len(q[:9_000]) * 20_000)))


def keeps(q):
    BANK.execute("insert into kept values('ann', ?)", (ascii(q),))
    return 200, TEXT, "ok"


def is_sound(q):
    BANK.execute("select name from kept where name = ?", (ascii(q),)).fetchall()
    return 200, DATA, json.dumps({"q": q})


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = (await receive()).get("body", b"")
    if scope["method"] == "POST":
        try:
            q = json.loads(body)["password"]
        except (ValueError, TypeError, LookupError, RecursionError):
            q = ""
    else:
        q = parse_qs(scope["query_string"].decode("latin-1")).get("q", ["x"])[0]
    serve = globals().get(scope["path"].strip("/"))
    if serve not in SERVED:
        status, kind, text = 404, TEXT, "no"
    else:
        status, kind, text = serve(q)
    headers = [(b"content-type", kind.encode())]
    if status == 302:
        headers.append((b"location", text.encode("utf-8", "replace")))
    start = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    content = text.encode("utf-8", "replace")
    await send({"type": "http.response.body", "body": content})


SERVED = (
    *(breaks, tells, asks, shows, formats, starts, opens, turns, lasts, grows),
    *(keeps, is_sound),
)
"""
TESTS = """
import importlib.util
from pathlib import Path

place = Path(__file__).with_name("{code}.py")
spec = importlib.util.spec_from_file_location("{code}", place)
code = importlib.util.module_from_spec(spec)
spec.loader.exec_module(code)


def test_{name}_boundaries(prodwright_client):
    client = prodwright_client(code.app)
    for serve in code.SERVED:
        path = f"/{serve.__name__}"
        if path == "/keeps":
            told = {"json": {"password": "secret-word"}}
            assert client.request("POST", path, **told).status == 200
        else:
            assert client.request("GET", f"{path}?q=12").status in (200, 302, 404)
"""
DEFECTS = {
    "GET /breaks": "server-error",
    "GET /tells": "internals",
    "GET /asks": "sql-injection",
    "GET /shows": "xss",
    "GET /formats": "template-injection",
    "GET /starts": "command-injection",
    "GET /opens": "path-traversal",
    "GET /turns": "open-redirect",
    "GET /lasts": "slow",
    "GET /grows": "memory",
    "POST /keeps": "secret-kept",
}
SOUND = "GET /is_sound"


def missed(plot: Plot, tried: Iterable[TriedBoundary]) -> tuple[str, ...]:
    """Return the defects that nobody saw, and the sound one if it was blamed."""
    seen: dict[str, set[str]] = {}
    for each in tried:
        if plot.is_of(each.test):
            told = (one.kind for one in each.sightings if one.level != "weak")
            # On a machine with much else to do, what is slow does not come to its end.
            kinds = {"slow" if kind == "hang" else kind for kind in told}
            seen.setdefault(each.operation, set()).update(kinds)
    unseen = [name for name, kind in DEFECTS.items() if kind not in seen.get(name, ())]
    blamed = bool(seen.get(SOUND)) or SOUND not in seen
    return (*unseen, *([SOUND] if blamed else []))
