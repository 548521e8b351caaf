"""What is asked of a server beside the drivers of the code under test."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from prodwright.probes.postgres import contents
from prodwright.probes.postgres.addresses import Address
from prodwright.probes.postgres.blocking import Blocking
from prodwright.probes.postgres.wire import Refused, Session, session

pytestmark = pytest.mark.slow
TABLES = r"""
drop table if exists child, parent;
create table parent (
    id serial primary key, name text, at timestamptz default now(),
    twice int generated always as (2) stored, raw bytea, told jsonb
);
create table child (parent int references parent, word text);
insert into parent (name, raw, told) values (E'it''s \\ so', '\xdead', '{"a": "b"}');
insert into parent (name) values (null);
insert into child values (1, 'x');
"""


@pytest.fixture
def address(server: str) -> Address:
    (host,) = parse_qs(urlsplit(server).query)["host"]
    return Address(host, 5432, "postgres", "", "postgres")


@pytest.fixture
def asked(address: Address) -> Session:
    with session(address) as held:
        held.rows(TABLES)
    return Session(address)


def test_rows_are_put_back_as_they_were(address: Address, asked: Session) -> None:
    before = contents.held(address)
    asked.rows("delete from child; delete from parent where id = 1")
    asked.rows("insert into parent (name) values ('new')")

    contents.put_back(address, before)

    assert contents.held(address) == before
    ((row,),) = asked.rows("insert into parent (name) values ('next') returning id")
    assert row == ("3",), "sequences are put back, too"


def test_what_the_database_makes_up_is_not_told(
    address: Address, asked: Session
) -> None:
    told = contents.told(address)

    assert told["public.child"] == ("(x)",), "neither is what refers to it"
    assert "(,2,,)" in told["public.parent"]


def test_other_tables_than_before_are_refused(address: Address, asked: Session) -> None:
    before = contents.held(address)
    asked.rows("drop table child")

    with pytest.raises(Refused, match="the tables are others"):
        contents.put_back(address, before)


def test_a_statement_that_fails_is_refused(asked: Session) -> None:
    with pytest.raises(Refused, match="division by zero"):
        asked.rows("select 1 / 0")

    assert asked.rows("select 1; select null") == [[("1",)], [(None,)]]


def test_a_password_is_shown_and_a_wrong_one_refused(
    address: Address, asked: Session
) -> None:
    asked.rows("drop role if exists keyed; create role keyed login password 'a,b=c'")
    right = Address(address.host, address.port, "keyed", "a,b=c", address.name)
    wrong = Address(address.host, address.port, "keyed", "a", address.name)

    with session(right) as held:
        assert held.rows("select current_user") == [[("keyed",)]]
    with pytest.raises(Refused, match="password authentication failed"):
        Session(wrong)


def test_who_waits_for_a_row_is_known(address: Address, asked: Session) -> None:
    waiting, blocking = Session(address), Blocking()
    ((process,),) = waiting.rows("select pg_backend_pid()")
    number = int(str(process[0]))
    asked.rows("begin; update parent set name = 'held' where id = 1")
    assert blocking.waits(address, number) is False

    waiting.send("update parent set name = 'mine' where id = 1")
    while blocking.waits(address, number) is False:
        continue
    asked.rows("rollback")

    assert waiting.received() == []
    assert blocking.waits(address, number) is False


def test_a_server_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused):
        Session(Address("/nowhere", 5432, "postgres", "", "postgres"))
