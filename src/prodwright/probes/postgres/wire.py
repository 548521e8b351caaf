"""A session with a PostgreSQL server, in its own protocol, for plain statements."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from prodwright.probes.postgres.addresses import Address
from prodwright.probes.postgres.authentication import Exchange

_VERSION = 196608  # 3.0
_TIMEOUT_SECONDS = 3.0
_REAL_SOCKET = socket.socket  # before anybody replaces it
_HEADER = struct.Struct("!cI")
_NULL = -1
Row = tuple[str | None, ...]


class Refused(Exception):
    """The server cannot be reached, or does not do what it is asked for."""


class Session:
    """One connection of our own.

    Args:
        address: Where it leads.

    Raises:
        Refused: The server cannot be reached, or wants what we cannot do.
    """

    def __init__(self, address: Address) -> None:
        self._socket = _connected(address)
        self._received = b""
        try:
            self._begin(address)
        except Refused:
            self.close()
            raise

    def rows(self, statements: str) -> list[list[Row]]:
        """Run statements; return the rows of each that has a result.

        Raises:
            Refused: One of them fails; none of them has an effect then.
        """
        self.send(statements)
        return self.received()

    def send(self, statements: str) -> None:
        """Send statements, whose answer is received later.

        Raises:
            Refused: The connection is lost.
        """
        self._send(b"Q", statements.encode() + b"\0")

    def received(self) -> list[list[Row]]:
        """Wait for the answer to what was sent; see `rows`.

        Raises:
            Refused: A statement fails.
        """
        found: list[list[Row]] = []
        refused = ""
        for kind, content in self._messages():
            if kind == b"T":
                found.append([])
            elif kind == b"D":
                found[-1].append(_values(content))
            elif kind == b"E":
                refused = _told(content)
            elif kind == b"Z":
                break
        if refused:
            raise Refused(refused)
        return found

    def close(self) -> None:
        """End the session."""
        self._socket.close()

    def _begin(self, address: Address) -> None:
        names = f"user\0{address.user}\0database\0{address.name}\0\0".encode()
        message = struct.pack("!I", _VERSION) + names
        self._write(struct.pack("!I", len(message) + 4) + message)
        exchange = Exchange(address.user, address.password)
        for kind, content in self._messages():
            if kind == b"E":
                raise Refused(_told(content))
            if kind == b"R":
                try:
                    answer = exchange.answer(content)
                except ValueError as error:
                    raise Refused(str(error)) from error
                if answer is not None:
                    self._send(b"p", answer)
            elif kind == b"Z":
                return

    def _send(self, kind: bytes, content: bytes) -> None:
        self._write(_HEADER.pack(kind, len(content) + 4) + content)

    def _write(self, message: bytes) -> None:
        try:
            self._socket.sendall(message)
        except OSError as error:
            raise Refused(str(error)) from error

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            kind, size = _HEADER.unpack(self._read(_HEADER.size))
            yield kind, self._read(size - 4)

    def _read(self, size: int) -> bytes:
        while len(self._received) < size:
            try:
                more = self._socket.recv(1 << 16)
            except OSError as error:
                raise Refused(str(error)) from error
            if not more:
                raise Refused("the server closed the connection")
            self._received += more
        found, self._received = self._received[:size], self._received[size:]
        return found


@dataclass(slots=True)
class Kept:
    """Sessions that a process keeps; most keep none, as they would be in the way.

    Attributes:
        keeps: Whether this process ends before anybody minds.
        sessions: Those that it has.
    """

    keeps: bool = False
    sessions: dict[Address, Session] = field(default_factory=dict)


KEPT = Kept()


@contextmanager
def session(address: Address) -> Iterator[Session]:
    """Hold a session for a while.

    Raises:
        Refused: See `Session`.
    """
    if KEPT.keeps:
        if address not in KEPT.sessions:
            KEPT.sessions[address] = Session(address)
        yield KEPT.sessions[address]
        return
    held = Session(address)
    try:
        yield held
    finally:
        held.close()


def _connected(address: Address) -> socket.socket:
    local = address.host.startswith("/")
    family = socket.AF_UNIX if local else socket.AF_INET
    if ":" in address.host and not local:
        family = socket.AF_INET6
    made = _REAL_SOCKET(family, socket.SOCK_STREAM)
    made.settimeout(_TIMEOUT_SECONDS)
    place = f"{address.host}/.s.PGSQL.{address.port}"
    try:
        made.connect(place if local else (address.host, address.port))
    except OSError as error:
        made.close()
        raise Refused(str(error)) from error
    return made


def _values(content: bytes) -> Row:
    (count,) = struct.unpack_from("!H", content)
    found: list[str | None] = []
    at = 2
    for _ in range(count):
        (size,) = struct.unpack_from("!i", content, at)
        at += 4
        if size == _NULL:
            found.append(None)
            continue
        found.append(content[at : at + size].decode("utf-8", "replace"))
        at += size
    return tuple(found)


def _told(content: bytes) -> str:
    fields = [each.decode("utf-8", "replace") for each in content.split(b"\0") if each]
    return next((each[1:] for each in fields if each[0] == "M"), "refused")


def quoted(text: str) -> str:
    """Return `text` as a literal of SQL."""
    doubled = text.replace("'", "''").replace("\\", "\\\\")
    return f"E'{doubled}'" if "\\" in text else f"'{doubled}'"
