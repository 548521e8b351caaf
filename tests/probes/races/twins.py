"""Small programs that race, each with a sound twin: code and the test that calls it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Twins:
    """A bad program, a good one, and one test for both.

    Attributes:
        bad: Code that races.
        good: Code that does not.
        test: The body of the test; `m` is the module.
        verdict: What must be seen of the bad one.
        keeps_locks: Whether locks are what makes the good one sound.
    """

    bad: str
    good: str
    test: str
    verdict: str = "race"
    keeps_locks: bool = False


COUNTER = """
import threading

class Counter:
    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0

    def add(self):
        {}
"""
REGISTRY = """
import threading
lock = threading.RLock()
made = []
known = {{}}

def get_or_make(key):
    {}
    return known[key] is not None
"""
MAKE = """if key not in known:
            made.append(key)
            known[key] = object()"""
TRANSFER = """
import threading

class Account:
    def __init__(self, number):
        self.number = number
        self.balance = 10
        self.lock = threading.Lock()

def transfer(source, target, amount):
    {}
    with first.lock:
        with second.lock:
            source.balance -= amount
            target.balance += amount
"""
DATABASE = """
import sqlite3

class Bank:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("create table a (id integer primary key, balance int)")
        self.db.execute("insert into a values (1, 100)")
        self.db.execute("create table u (id integer primary key, name text unique)")
        self.db.commit()

    def withdraw(self, amount):
        {}
        self.db.commit()
        return True
"""
READ_THEN_WRITE = """(had,) = self.db.execute("select balance from a").fetchone()
        if had < amount:
            return False
        self.db.execute("update a set balance = ?", (had - amount,))"""
ATOMIC_WRITE = """statement = "update a set balance = balance - ? where balance >= ?"
        if self.db.execute(statement, (amount, amount)).rowcount == 0:
            return False"""
TAKE_FIRST = """self.db.execute("begin immediate")
        (had,) = self.db.execute("select balance from a").fetchone()
        if had < amount:
            self.db.rollback()
            return False
        self.db.execute("update a set balance = ?", (had - amount,))"""
USERS = DATABASE.replace("return True", "return 1")
SELECT_THEN_INSERT = """row = self.db.execute("select id from u").fetchone()
        if row:
            return row[0]
        self.db.execute("insert into u(name) values ('ann')")"""
UPSERT = (
    """self.db.execute("insert into u(name) values ('ann') on conflict do nothing")"""
)
POOL = """
import asyncio

class Pool:
    def __init__(self):
        self.free = 1
        self.lock = asyncio.Lock()

    async def take(self):
        {}

    async def check_and_take(self):
        if self.free < 1:
            raise RuntimeError("nothing is left")
        await asyncio.sleep(0.1)
        self.free -= 1
"""
CLAIM = """
import os

def claim(path):
    {}
"""

TWINS = {
    "counter": Twins(
        COUNTER.format("self.count += 1"),
        COUNTER.format("with self.lock:\n            self.count += 1"),
        "m.Counter().add()",
        keeps_locks=True,
    ),
    "registry": Twins(
        REGISTRY.format(MAKE.replace("\n    ", "\n")),
        REGISTRY.format(f"with lock:\n        {MAKE}"),
        "assert m.get_or_make('a')",
        keeps_locks=True,
    ),
    "transfer": Twins(
        TRANSFER.format("first, second = source, target"),
        TRANSFER.format(
            "first, second = sorted((source, target), key=lambda a: a.number)"
        ),
        "m.transfer(m.Account(1), m.Account(2), 3)",
        verdict="deadlock",
        keeps_locks=True,
    ),
    "balance": Twins(
        DATABASE.format(READ_THEN_WRITE),
        DATABASE.format(ATOMIC_WRITE),
        "assert m.Bank(tmp_path / 'db').withdraw(60)",
    ),
    "balance_locked": Twins(
        DATABASE.format(READ_THEN_WRITE),
        DATABASE.format(TAKE_FIRST),
        "assert m.Bank(tmp_path / 'db').withdraw(60)",
    ),
    "user": Twins(
        USERS.format(SELECT_THEN_INSERT),
        USERS.format(UPSERT),
        "assert m.Bank(tmp_path / 'db').withdraw(1) == 1",
    ),
    "pool": Twins(
        POOL.format("await self.check_and_take()"),
        POOL.format("async with self.lock:\n            await self.check_and_take()"),
        "import asyncio; asyncio.run(m.Pool().take())",
        keeps_locks=True,
    ),
    "claim": Twins(
        CLAIM.format(
            "if os.path.exists(path):\n        return False\n"
            "    open(path, 'w').close()\n    return True"
        ),
        CLAIM.format(
            "try:\n        os.close(os.open(path, os.O_CREAT | os.O_EXCL))\n"
            "    except FileExistsError:\n        return False\n    return True"
        ),
        "assert m.claim(str(tmp_path / 'claim'))",
    ),
}
