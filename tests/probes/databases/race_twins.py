"""Programs that race in PostgreSQL, each with a sound twin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SETTING_UP = """
import os, psycopg, pytest
from asyncpg import connect

ADDRESS = os.environ["SERVER"]


@pytest.fixture
def db():
    with psycopg.connect(ADDRESS) as connection:
        connection.execute("drop table if exists account, booking, guest")
        connection.execute("create table account (name text, balance int)")
        connection.execute("insert into account values ('ann', 100)")
        connection.execute("create table booking (room int, guest text)")
        connection.execute("create table guest (id serial, name text unique)")
        connection.commit()
        yield connection
"""


@dataclass(frozen=True, slots=True)
class Twins:
    """A bad program, a good one, and one test for both.

    Attributes:
        bad: Code that races.
        good: Code that does not.
        test: The body of the test; `m` is the module.
    """

    bad: str
    good: str
    test: str


WITHDRAW = """
def withdraw(db, amount):
    with db.transaction():
        query = "select balance from account where name = 'ann'{}"
        (had,) = db.execute(query).fetchone()
        statement = "update account set balance = %s where name = 'ann'"
        db.execute(statement, (had - amount,))
"""
BY_ADDRESS = """
import psycopg


def withdraw(address, amount):
    with psycopg.connect(address) as db:
        {}
"""
READ_THEN_WRITE = """(had,) = db.execute("select balance from account").fetchone()
        db.execute("update account set balance = %s", (had - amount,))"""
ATOMIC = 'db.execute("update account set balance = balance - %s", (amount,))'
BOOK = """
import psycopg


def book(db, room, guest):
    db.isolation_level = psycopg.IsolationLevel.{}
    with db.transaction():
        query = "select count(*) from booking where room = %s"
        (taken,) = db.execute(query, (room,)).fetchone()
        if not taken:
            db.execute("insert into booking values (%s, %s)", (room, guest))
        return not taken
"""
REGISTER = """
import psycopg


def register(db, name):
    {}
"""
LOOK_FIRST = """query = "select id from guest where name = %s"
    row = db.execute(query, (name,)).fetchone()
    if row is None:
        insert = "insert into guest (name) values (%s) returning id"
        row = db.execute(insert, (name,)).fetchone()
    db.commit()
    return row[0]"""
INSERT_FIRST = """insert = "insert into guest (name) values (%s) on conflict do nothing"
    db.execute(insert, (name,))
    row = db.execute("select id from guest where name = %s", (name,)).fetchone()
    db.commit()
    return row[0]"""
LATER = """
async def withdraw(db, amount):
    async with db.transaction():
        query = "select balance from account where name = 'ann'{}"
        had = await db.fetchval(query)
        statement = "update account set balance = $1 where name = 'ann'"
        await db.execute(statement, had - amount)
"""
LATER_TEST = """import asyncio

    async def call():
        connection = await connect(ADDRESS)
        await m.withdraw(connection, 10)
        await connection.close()

    asyncio.run(call())"""
TWINS = {
    "lost": Twins(
        WITHDRAW.format(""), WITHDRAW.format(" for update"), "m.withdraw(db, 10)"
    ),
    "connecting": Twins(
        BY_ADDRESS.format(READ_THEN_WRITE),
        BY_ADDRESS.format(ATOMIC),
        "m.withdraw(ADDRESS, 10)",
    ),
    "booked": Twins(
        BOOK.format("REPEATABLE_READ"),
        BOOK.format("SERIALIZABLE"),
        "assert m.book(db, 7, 'ann')",
    ),
    "registered": Twins(
        REGISTER.format(LOOK_FIRST),
        REGISTER.format(INSERT_FIRST),
        "m.register(db, 'ann')",
    ),
    "later": Twins(LATER.format(""), LATER.format(" for update"), LATER_TEST),
}
TEST = """
import {name} as m
from setting_up import *


def test_it(db):
    {body}
"""


def files(names: Iterable[str]) -> dict[str, str]:
    """Return programs and their tests by file name."""
    found = {"setting_up.py": SETTING_UP, "pytest.ini": "[pytest]\npythonpath = .\n"}
    for name in names:
        twins = TWINS[name]
        for kind, code in (("bad", twins.bad), ("good", twins.good)):
            found[f"{name}_{kind}.py"] = code
            test = TEST.format(name=f"{name}_{kind}", body=twins.test)
            found[f"test_{name}_{kind}.py"] = test
    return found
