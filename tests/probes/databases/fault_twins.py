"""Programs that use PostgreSQL, each with a twin that survives what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

SETTING_UP = """
import os, psycopg, pytest

ADDRESS = os.environ["SERVER"]


@pytest.fixture
def db():
    with psycopg.connect(ADDRESS, autocommit=True, connect_timeout=5) as connection:
        connection.execute("drop table if exists account, done")
        connection.execute("create table account (name text, balance int)")
        connection.execute("insert into account values ('ann', 100), ('bob', 0)")
        connection.execute("create table done (key text primary key)")
        yield connection


def balances(db):
    rows = db.execute("select balance from account order by name").fetchall()
    return [each[0] for each in rows]
"""


@dataclass(frozen=True, slots=True)
class Twins:
    """A bad program, a good one, and one test for both.

    Attributes:
        bad: Code that does not survive a fault.
        good: Code that does.
        test: The body of the test; `m` is the module.
        kinds: Of what must be found in the bad one; one of them is enough.
        fault: Under which it is found; `{}` is the module.
    """

    bad: str
    good: str
    test: str
    kinds: tuple[str, ...]
    fault: str


TRANSFER = '''
import psycopg


class BankError(Exception):
    """The bank cannot do it."""


def move(address, amount):
    take = "update account set balance = balance - %s where name = 'ann'"
    give = "update account set balance = balance + %s where name = 'bob'"
    with psycopg.connect(address, connect_timeout=5) as connection:
        {}
    return True
'''
SWALLOWING = """
        connection.execute(take, (amount,))
        try:
            connection.execute(give, (amount,))
        except psycopg.Error:
            pass
"""
IN_A_BLOCK = """
        try:
            with connection.transaction():
                connection.execute(take, (amount,))
                connection.execute(give, (amount,))
        except psycopg.Error as error:
            raise BankError("nothing was moved") from error
"""
IN_TWO_BLOCKS = IN_A_BLOCK.replace(
    "                connection.execute(give",
    "            with connection.transaction():\n"
    "                connection.execute(give",
)
KEPT = '''
import psycopg

_kept = []


class BankError(Exception):
    """The bank cannot be asked."""


def balance(address):
    if {}:
        _kept[:] = [psycopg.connect(address, connect_timeout=5, autocommit=True)]
    try:
        (row,) = _kept[0].execute("select balance from account where name = 'ann'")
    except psycopg.OperationalError as error:
        raise BankError("no answer") from error
    return row[0]
'''
RETRYING = '''
import time
import psycopg


class BankError(Exception):
    """The bank is too busy."""


def deposit(connection, amount):
    {}


def once(connection, amount):
    with connection.transaction():
        connection.execute(
            "update account set balance = balance + %s where name = 'ann'", (amount,)
        )
'''
WITHOUT_END = """
    while True:
        try:
            return once(connection, amount)
        except (psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable):
            continue
"""
WITH_PATIENCE = """
    for attempt in range(4):
        try:
            return once(connection, amount)
        except (
            psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable
        ) as error:
            cause = error
            time.sleep(0.1 * 2**attempt)
    raise BankError("tried four times") from cause
"""
LOST = '''
import time
import psycopg


class BankError(Exception):
    """Whether it was done is not known."""


def deposit(address, key, amount):
    for attempt in range(3):
        try:
            with psycopg.connect(address, connect_timeout=5) as connection:
                {}
            return True
        except psycopg.OperationalError as error:
            cause = error
            time.sleep(0.2 * 2**attempt)
    raise BankError("no answer") from cause
'''
ADDING = """
                connection.execute(
                    "update account set balance = balance + %s where name = 'ann'",
                    (amount,),
                )
"""
ONCE = """
                new = connection.execute(
                    "insert into done values (%s) on conflict do nothing", (key,)
                )
                if new.rowcount:
                    connection.execute(
                        "update account set balance = balance + %s where name = 'ann'",
                        (amount,),
                    )
"""
FORGETTING = '''
import psycopg


class BankError(Exception):
    """The bank cannot be asked."""


COUNT = "select count(*) from (select from account for update) as held"


def count(address):
    {}
'''
LEFT_OPEN = """
    connection = psycopg.connect(address, connect_timeout=5)
    try:
        (row,) = connection.execute(COUNT)
    except psycopg.Error as error:
        raise BankError("no answer") from error
    connection.close()
    return row[0]
"""
CLOSED = """
    with psycopg.connect(address, connect_timeout=5) as connection:
        try:
            (row,) = connection.execute(COUNT)
        except psycopg.Error as error:
            raise BankError("no answer") from error
    return row[0]
"""
LATER = '''
import asyncio
import asyncpg


class BankError(Exception):
    """The bank cannot do it."""


async def move(address, key, amount):
    connection = await asyncpg.connect(address, timeout=5)
    take = "update account set balance = balance - $1 where name = 'ann'"
    give = "update account set balance = balance + $1 where name = 'bob'"
    try:
        {}
    finally:
        connection.terminate()
    return True
'''
LATER_SWALLOWING = """
        await connection.execute(take, amount)
        try:
            await connection.execute(give, amount)
        except asyncpg.PostgresError:
            pass
"""
LATER_IN_A_BLOCK = """
        try:
            async with connection.transaction():
                await connection.execute(take, amount)
                await connection.execute(give, amount)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise BankError("nothing was moved") from error
"""
LATER_AGAIN = """
        for attempt in range(3):
            try:
                async with connection.transaction():
                    {}await connection.execute(take, amount)
                    await connection.execute(give, amount)
                return True
            except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                cause = error
                await asyncio.sleep(0.2 * 2**attempt)
                if connection.is_closed():
                    connection = await asyncpg.connect(address, timeout=5)
        raise BankError("tried three times") from cause
"""
LATER_KEYED = """insert = "insert into done values ($1) on conflict do nothing"
                    if await connection.execute(insert, key) == "INSERT 0 0":
                        return True
                    """
MOVED = "assert m.move(ADDRESS, 10)\n    assert balances(db) == [90, 10]"
LATER_MOVED = (
    "import asyncio\n    assert asyncio.run(m.move(ADDRESS, 'k', 10))\n"
    "    assert balances(db) == [90, 10]"
)


def _twins(code: str, bad: str, good: str) -> tuple[str, str]:
    """Return both programs; what is put in begins where the marker stands."""
    return code.replace("{}", bad.strip()), code.replace("{}", good.strip())


TWINS = {
    "swallowed": Twins(
        *_twins(TRANSFER, SWALLOWING, IN_A_BLOCK),
        MOVED,
        ("silent-wrong-result", "lost-write", "partial-effect", "silent-swallow"),
        "postgres.execute@{}.py:move#2=busy",
    ),
    "torn": Twins(
        *_twins(TRANSFER, IN_TWO_BLOCKS, IN_A_BLOCK),
        MOVED,
        ("partial-effect",),
        "postgres.execute@{}.py:move#2=disconnected",
    ),
    "kept": Twins(
        *_twins(KEPT, "not _kept", "not _kept or _kept[0].closed"),
        "assert m.balance(ADDRESS) == 100",
        ("no-recovery",),
        "postgres.execute@{}.py:balance#1=disconnected",
    ),
    "hasty": Twins(
        *_twins(RETRYING, WITHOUT_END, WITH_PATIENCE),
        "m.deposit(db, 5)\n    assert balances(db) == [105, 0]",
        ("retry-storm", "no-backoff"),
        "postgres.execute@{}.py:once#1=serialization*",
    ),
    "twice": Twins(
        *_twins(LOST, ADDING, ONCE),
        "assert m.deposit(ADDRESS, 'k', 5)\n    assert balances(db) == [105, 0]",
        ("partial-effect",),
        "postgres.commit@{}.py:deposit#1=answer-lost",
    ),
    "forgotten": Twins(
        *_twins(FORGETTING, LEFT_OPEN, CLOSED),
        "assert m.count(ADDRESS) == 2",
        ("leak",),
        "postgres.execute@{}.py:count#1=busy",
    ),
    "later_swallowed": Twins(
        *_twins(LATER, LATER_SWALLOWING, LATER_IN_A_BLOCK),
        LATER_MOVED,
        ("silent-wrong-result", "lost-write", "partial-effect", "silent-swallow"),
        "postgres.execute@{}.py:move#2=busy",
    ),
    "later_twice": Twins(
        *_twins(
            LATER,
            LATER_AGAIN.replace("{}", ""),
            LATER_AGAIN.replace("{}", LATER_KEYED),
        ),
        LATER_MOVED,
        ("partial-effect",),
        "postgres.commit@{}.py:move#1=answer-lost",
    ),
}
TEST = """
import {name} as m
from setting_up import *


def test_{name}(db):
    {body}
"""


def files() -> dict[str, str]:
    """Return all programs and their tests by file name."""
    found = {"setting_up.py": dedent(SETTING_UP)}
    for name, twins in TWINS.items():
        for kind, code in (("bad", twins.bad), ("good", twins.good)):
            module = f"{name}_{kind}"
            found[f"{module}.py"] = code
            found[f"test_{module}.py"] = TEST.format(name=module, body=twins.test)
    return found
