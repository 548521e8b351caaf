"""Consumers that a crash harms, and twins that a second try puts right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Twins:
    """A bad program, a good one, and one test for both.

    Attributes:
        bad: Code that a crash harms for good.
        good: Code that comes to the same when it is called again.
        test: Of both; `{name}` is the module.
        kind: Of what must be found.
    """

    bad: str
    good: str
    test: str
    kind: str


IN_A_FILE = """
import sqlite3


def consume(path):
    db = sqlite3.connect(path, timeout=1)
    try:
        row = db.execute("select id, amount from message order by id").fetchone()
        if row is None:
            return False
        {}
    finally:
        db.close()
    return True
"""
TAKE = 'db.execute("delete from message where id = ?", row[:1])'
APPLY = 'db.execute("update account set balance = balance + ?", row[1:])'
COMMIT = "db.commit()"
KEYED = """new = db.execute("insert or ignore into done values (?)", row[:1])
        if new.rowcount:
            db.execute("update account set balance = balance + ?", row[1:])"""
IN_A_FILE_TEST = """
import sqlite3
from {name} import consume


def test_{name}(tmp_path):
    path = tmp_path / "queue.db"
    with sqlite3.connect(path) as db:
        db.execute("create table message (id integer primary key, amount int)")
        db.execute("create table done (id integer primary key)")
        db.execute("create table account (balance int)")
        db.execute("insert into message values (1, 5)")
        db.execute("insert into account values (100)")
    db.close()
    assert consume(path)
"""


def _filled(code: str, *parts: str) -> str:
    for part in parts:
        code = code.replace("{}", part, 1)
    return code


def _steps(*steps: str) -> str:
    return "\n        ".join(steps)


IN_A_FOLDER = """
import os


def consume(inbox, outbox):
    for name in sorted(os.listdir(inbox)):
        source, target = inbox / name, outbox / name
        {}
"""
IN_A_FOLDER_TEST = """
from {name} import consume


def test_{name}(tmp_path):
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    inbox.mkdir(), outbox.mkdir()
    (inbox / "m1").write_text("hello")
    consume(inbox, outbox)
    assert (outbox / "m1").read_text() == "hello"
"""
FORGET_FIRST = """text = source.read_text()
        os.unlink(source)
        partial = outbox / f".{name}"
        partial.write_text(text)
        os.replace(partial, target)"""
FORGET_LAST = """text = source.read_text()
        partial = outbox / f".{name}"
        partial.write_text(text)
        os.replace(partial, target)
        os.unlink(source)"""
LOCKED = """
import os
import fcntl


def consume(inbox, outbox):
    {}
    for name in sorted(os.listdir(inbox)):
        partial = outbox / f".{name}"
        partial.write_text((inbox / name).read_text())
        os.replace(partial, outbox / name)
        os.unlink(inbox / name)
    {}
"""
STAYS = 'os.close(os.open(inbox.parent / "lock", os.O_CREAT | os.O_EXCL))'
ENDS = 'os.unlink(inbox.parent / "lock")'
GOES = """lock = open(inbox.parent / "lock", "w")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)"""
ON_A_SERVER = """
import psycopg


def consume(address):
    with psycopg.connect(address, connect_timeout=5) as db:
        row = db.execute("select key, amount from message for update").fetchone()
        if row is None:
            return False
        {}
    return True
"""
TAKE_THERE = 'db.execute("delete from message where key = %s", row[:1])'
APPLY_THERE = 'db.execute("update account set balance = balance + %s", row[1:])'
KEYED_THERE = """insert = "insert into done values (%s) on conflict do nothing"
        if db.execute(insert, row[:1]).rowcount:
            db.execute("update account set balance = balance + %s", row[1:])"""
ON_A_SERVER_TEST = """
import os, psycopg, pytest
from {name} import consume

ADDRESS = os.environ["SERVER"]


@pytest.fixture
def db():
    with psycopg.connect(ADDRESS, autocommit=True) as connection:
        connection.execute("drop table if exists message, account, done")
        connection.execute("create table message (key text, amount int)")
        connection.execute("create table account (balance int)")
        connection.execute("create table done (key text primary key)")
        connection.execute("insert into message values ('m1', 5)")
        connection.execute("insert into account values (100)")
        yield connection


def test_{name}(db):
    assert consume(ADDRESS)
"""
LOCAL = {
    "lost": Twins(
        IN_A_FILE.format(_steps(TAKE, COMMIT, APPLY, COMMIT)),
        IN_A_FILE.format(_steps(APPLY, TAKE, COMMIT)),
        IN_A_FILE_TEST,
        "lost-on-crash",
    ),
    "twice": Twins(
        IN_A_FILE.format(_steps(APPLY, COMMIT, TAKE, COMMIT)),
        IN_A_FILE.format(_steps(KEYED, COMMIT, TAKE, COMMIT)),
        IN_A_FILE_TEST,
        "twice-on-crash",
    ),
    "forgotten": Twins(
        IN_A_FOLDER.format(FORGET_FIRST),
        IN_A_FOLDER.format(FORGET_LAST),
        IN_A_FOLDER_TEST,
        "lost-on-crash",
    ),
    "blocked": Twins(
        _filled(LOCKED, STAYS, ENDS),
        _filled(LOCKED, GOES, "lock.close()"),
        IN_A_FOLDER_TEST,
        "blocked-by-crash",
    ),
}
SERVED = {
    "served_lost": Twins(
        ON_A_SERVER.format(_steps(TAKE_THERE, COMMIT, APPLY_THERE, COMMIT)),
        ON_A_SERVER.format(_steps(APPLY_THERE, TAKE_THERE, COMMIT)),
        ON_A_SERVER_TEST,
        "lost-on-crash",
    ),
    "served_twice": Twins(
        ON_A_SERVER.format(_steps(APPLY_THERE, COMMIT, TAKE_THERE, COMMIT)),
        ON_A_SERVER.format(_steps(KEYED_THERE, COMMIT, TAKE_THERE, COMMIT)),
        ON_A_SERVER_TEST,
        "twice-on-crash",
    ),
}


def files(twins: dict[str, Twins]) -> dict[str, str]:
    """Return programs and their tests by file name."""
    found = {}
    for name, each in twins.items():
        for kind, code in (("bad", each.bad), ("good", each.good)):
            module = f"{name}_{kind}"
            found[f"{module}.py"] = code
            found[f"test_{module}.py"] = each.test.replace("{name}", module)
    return found
