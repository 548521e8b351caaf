"""Which databases the code under test and its tests are connected to."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

_PORT = 5432
_SOCKET = "/.s.PGSQL."


@dataclass(frozen=True, slots=True)
class Address:
    """One database.

    Attributes:
        host: Name, address, or the folder of the server's socket.
        port: Of the server.
        user: Who asks.
        password: Of this user; empty: none.
        name: Of the database.
    """

    host: str
    port: int
    user: str
    password: str
    name: str

    @property
    def shown(self) -> str:
        """What a person calls it."""
        return f"postgres database {self.name}"


@dataclass(slots=True)
class Book:
    """The databases that somebody connected to; a forked child knows those before it.

    Attributes:
        known: Each once, in the order in which they were met.
    """

    known: dict[Address, None] = field(default_factory=dict)

    def note(self, address: Address | None) -> None:
        """Remember a database."""
        if address is not None:
            self.known[address] = None

    def told(self) -> list[dict[str, Any]]:
        """Return them as JSON objects."""
        return [asdict(each) for each in self.known]


BOOK = Book()


def of_psycopg(connection: Any) -> Address | None:
    """Return where a connection of psycopg leads; None: it is closed."""
    if connection.closed:
        return None
    told = connection.info
    return Address(told.host, told.port, told.user, told.password or "", told.dbname)


def of_asyncpg(connection: Any) -> Address:
    """Return where a connection of asyncpg leads."""
    place, told = connection._addr, connection._params
    password = told.password if isinstance(told.password, str) else ""
    database = told.database or told.user
    if isinstance(place, str):
        host, _, port = place.rpartition(_SOCKET)
        return Address(host, int(port or _PORT), told.user, password, database)
    return Address(str(place[0]), int(place[1]), told.user, password, database)
