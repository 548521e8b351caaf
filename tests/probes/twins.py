"""Small programs in two forms: with a defence, and without it.

Each has a test that passes on both; only faults tell them apart.
"""

from __future__ import annotations

from textwrap import dedent

READ_JSON_TEST = """
from {name} import read


def test_{name}(tmp_path):
    (tmp_path / "a.json").write_text('{{"n": 4}}')
    assert read(tmp_path / "a.json") == 4
"""
READ_JSON = '''
import json, logging


class ReadError(Exception):
    """A file cannot be read."""


def read(path):
    try:
        with open(path) as file:
            return int(json.load(file)["n"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        {handled}
'''
RUN_TEST = """
from {name} import run


def test_{name}():
    assert run("hello") == "hello"
"""
RUN = """
import subprocess


def run(word):
    done = subprocess.run(["echo", word], capture_output=True, text=True{more})
    return done.stdout.strip(){orelse}
"""
WRITE_TEST = """
from {name} import save


def test_{name}(tmp_path):
    (tmp_path / "kept").write_text("old" * 30)
    save(tmp_path / "kept", "new" * 40)
    assert (tmp_path / "kept").read_text() == "new" * 40
"""
WRITE = """
import os


def save(path, text):
    new = f"{{path}}.new"
    try:
        with open(new, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        {handled}
        raise
"""
MOVE_TEST = """
import sqlite3

from {name} import move


def test_{name}():
    bank = sqlite3.connect(":memory:")
    bank.executescript("create table kept(id, n)")
    bank.executemany("insert into kept values(?, ?)", [(1, 9), (2, 0)])
    bank.commit()
    move(bank)
    assert bank.execute("select n from kept order by id").fetchall() == [(4,), (5,)]
    bank.close()
"""
MOVE = """
import sqlite3


def move(bank):
    {entering}
        bank.execute("update kept set n = n - 5 where id = 1")
        bank.execute("update kept set n = n + 5 where id = 2")
    {leaving}
"""
WAIT_TEST = """
from {name} import total


def test_{name}(tmp_path):
    (tmp_path / "a").write_text("3")
    assert total([tmp_path / "a"]) == 3
"""
WAIT = """
import queue, threading


class Failed(Exception):
    pass


def total(paths):
    done = queue.Queue()

    def work():
        for path in paths:
            with open(path) as file:
                done.put(int(file.read()))

    threading.Thread(target=work, daemon=True).start()
    try:
        return sum(done.get({limit}) for _ in paths)
    except queue.Empty as error:
        raise Failed("no answer") from error
"""
ASK_TEST = """
import asyncio

from {name} import ask


def test_{name}():
    async def answer(reader, writer):
        writer.write(b"echo " + await reader.readline())
        await writer.drain()
        writer.close()

    async def both():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            return await ask(server.sockets[0].getsockname()[1])

    assert asyncio.run(both()) == "echo hi"
"""
ASK = """
import asyncio


class Failed(Exception):
    pass


async def ask(port):
    writer = None
    try:
        async with asyncio.timeout({limit}):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"hi\\n")
            await writer.drain()
            line = await reader.readline()
            if not line.endswith(b"\\n"):
                raise Failed("cut off")
            return line.decode().strip()
    except {caught} as error:
        raise Failed("no answer") from error
    finally:
        if writer is not None:
            writer.close()
"""
POLL_TEST = """
from {name} import wait


def test_{name}(tmp_path):
    (tmp_path / "done").write_text("yes")
    assert wait(tmp_path / "done") == "yes"
"""
POLL = """
import datetime, time


class Failed(Exception):
    pass


def wait(path):
    ends_at = datetime.datetime.now() + datetime.timedelta(seconds=20)
    last = None
    while {condition}:
        try:
            return path.read_text()
        except OSError as error:
            last = error
            time.sleep(1)
    raise Failed("it never came") from last
"""
ROLLED_BACK = ("with bank:", "pass")
HTTP_TEST = """
import http.server, json, threading

import pytest
from {name} import pay


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = b'{{"id": "c1"}}'
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def port():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_{name}(port):
    assert pay(port, "4111111111111111") == "c1"
"""
HTTP = """
import http.client, json, logging, time, urllib.request

log = logging.getLogger("pay")


class Failed(Exception):
    pass


def pay(port, card):
    body = json.dumps({{"card": card}}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{{port}}/pay", body)
    {key}
    last = None
    for attempt in range(3):
        try:
            with urllib.request.urlopen(request, timeout=3) as answer:
                return json.load(answer)["id"]
        except urllib.error.HTTPError as error:
            last = error
            if error.code < 500 and error.code != 429:
                break
            wait = float(error.headers.get("retry-after") or 1)
        except (OSError, http.client.HTTPException) as error:
            last, wait = error, 2**attempt
        except (ValueError, KeyError, TypeError) as error:
            raise Failed("a malformed answer") from error
        log.warning("attempt %d: %s", attempt, {told})
        {waiting}
    raise Failed("no answer") from last
"""
KEYED = 'request.add_header("Idempotency-Key", "order-7")'

# By name: the code, its test, and the kinds of finding; none: it is sound.
TWINS: dict[str, tuple[str, str, str]] = {
    "read_well": (
        READ_JSON.format(handled='raise ReadError(f"cannot read {path}") from error'),
        READ_JSON_TEST,
        "",
    ),
    "read_silently": (READ_JSON.format(handled="return 0"), READ_JSON_TEST, "silent"),
    "read_loudly": (
        READ_JSON.format(handled='logging.warning("no %s", path); return 0'),
        READ_JSON_TEST,
        "",
    ),
    "run_well": (RUN.format(more=", timeout=5, check=True", orelse=""), RUN_TEST, ""),
    "run_endlessly": (
        RUN.format(more=", check=True", orelse=""),
        RUN_TEST,
        "no-timeout",
    ),
    "run_unchecked": (RUN.format(more=", timeout=5", orelse=""), RUN_TEST, "silent"),
    "save_well": (WRITE.format(handled="remove(new)"), WRITE_TEST, ""),
    "save_untidily": (WRITE.format(handled="pass"), WRITE_TEST, "temp-left"),
    "move_well": (MOVE.format(entering="with bank:", leaving="pass"), MOVE_TEST, ""),
    "move_openly": (
        MOVE.format(entering="if True:", leaving="bank.commit()"),
        MOVE_TEST,
        "partial-effect",
    ),
    "wait_well": (WAIT.format(limit="timeout=5"), WAIT_TEST, ""),
    "wait_endlessly": (WAIT.format(limit=""), WAIT_TEST, "no-timeout"),
    "ask_well": (ASK.format(limit="3", caught="(OSError, TimeoutError)"), ASK_TEST, ""),
    "ask_endlessly": (
        ASK.format(limit="None", caught="(OSError, TimeoutError)"),
        ASK_TEST,
        "no-timeout",
    ),
    "ask_deafly": (
        ASK.format(limit="3", caught="BaseException"),
        ASK_TEST,
        "cancel-swallowed",
    ),
    "poll_well": (
        POLL.format(condition="datetime.datetime.now() < ends_at"),
        POLL_TEST,
        "",
    ),
    "poll_endlessly": (POLL.format(condition="True"), POLL_TEST, "retry-storm"),
    "pay_well": (
        HTTP.format(key=KEYED, told="type(last)", waiting="time.sleep(wait)"),
        HTTP_TEST,
        "",
    ),
    "pay_badly": (
        HTTP.format(key="pass", told="body", waiting="pass"),
        HTTP_TEST,
        "unsafe-retry no-backoff secret-leak ignores-retry-after",
    ),
}
REMOVE = """

def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
"""


def files() -> dict[str, str]:
    """Return the files of all twins, by name."""
    found = {}
    for name, (code, test, _) in TWINS.items():
        more = REMOVE if "remove(new)" in code else ""
        found[f"{name}.py"] = dedent(code) + more
        found[f"test_{name}.py"] = dedent(test).format(name=name)
    return found
