"""Lets a confined command reach named hosts, and no others.

The command has no network. A socket in the file system leads to this proxy, which
resolves and judges each name itself, so that neither a name that leads elsewhere nor
an address of this machine or of its neighbours is ever connected to.
"""

from __future__ import annotations

import contextlib
import ipaddress
import select
import socket
import socketserver
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from prodwright.adapters.sandbox.proxy_requests import Refused, Request, Target
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.printing import printable

_MOST_CONNECTIONS = 64
_MOST_HEAD_BYTES = 16_384
_CONNECT_SECONDS = 20.0
_IDLE_SECONDS = 120.0
_CHUNK_BYTES = 1 << 16
_MOST_REFUSALS = 100
SOCKET_NAME = "proxy"


class HostProxy:
    """Answers requests over one socket in a folder.

    Attributes:
        folder: What is shown to the command.
    """

    def __init__(self, folder: Path, hosts: Sequence[str]) -> None:
        self.folder = folder
        self._named = [_named(each) for each in hosts]
        self._refused: list[str] = []
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)

    @property
    def refused(self) -> tuple[str, ...]:
        """What was asked for in vain, each once, in order."""
        return tuple(dict.fromkeys(self._refused))

    def serve(self, client: socket.socket) -> None:
        """Answer one connection."""
        if not self._room.acquire(blocking=False):
            return
        try:
            with contextlib.suppress(OSError):
                self._answer(client)
        finally:
            self._room.release()

    def _answer(self, client: socket.socket) -> None:
        client.settimeout(_IDLE_SECONDS)
        head, rest = _head(client)
        try:
            request = Request.parsed(head)
            upstream = self._connected(request.target)
        except Refused as refusal:
            self._note(str(refusal))
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        except OSError:
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with upstream:
            if request.is_tunnel:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.sendall(request.forwarded + rest)
            _relay(client, upstream)

    def _connected(self, asked: Target) -> socket.socket:
        if not any(each.covers(asked) for each in self._named):
            raise Refused(f"{asked.host}:{asked.port}")
        found = socket.getaddrinfo(asked.host, asked.port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        if not asked.is_local_by_name and not all(map(_is_public, addresses)):
            raise Refused(f"{asked.host}:{asked.port} (not a public address)")
        return _connected_to_any(addresses, asked.port)

    def _note(self, asked: str) -> None:
        if len(self._refused) < _MOST_REFUSALS:
            self._refused.append(printable(asked[:200]))


def _named(host: str) -> Target:
    try:
        return Target.parsed(host)
    except ValueError as error:
        raise ConfigurationInvalid(
            f"{host!r} names no host", hint="write host, host:port or [address]:port"
        ) from error


def _connected_to_any(addresses: Sequence[str], port: int) -> socket.socket:
    """Connect to what was judged: the name may lead elsewhere by now."""
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), _CONNECT_SECONDS)
    return socket.create_connection((addresses[-1], port), _CONNECT_SECONDS)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return mapped.is_global and not mapped.is_multicast


def _head(client: socket.socket) -> tuple[bytes, bytes]:
    """Return what stands before the empty line, and what was read after it."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        chunk = client.recv(_CHUNK_BYTES)
        seen += chunk
        if not chunk or len(seen) > _MOST_HEAD_BYTES:
            raise ConnectionError
    head, _, rest = seen.partition(b"\r\n\r\n")
    return head, rest


def _relay(client: socket.socket, upstream: socket.socket) -> None:
    """Pass bytes on both ways until one side ends or both are silent."""
    others = {client: upstream, upstream: client}
    while others:
        ready, _, _ = select.select(list(others), [], [], _IDLE_SECONDS)
        if not ready:
            return
        for side in ready:
            chunk = side.recv(_CHUNK_BYTES)
            if chunk:
                others[side].sendall(chunk)
            elif side is upstream:
                return
            else:
                upstream.shutdown(socket.SHUT_WR)
                del others[side]


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = _MOST_CONNECTIONS


@contextlib.contextmanager
def open_proxy(hosts: Sequence[str]) -> Iterator[HostProxy]:
    """Serve a proxy for `hosts` in a folder of its own, in the meantime.

    Raises:
        ConfigurationInvalid: One of them names no host.
    """
    with tempfile.TemporaryDirectory(prefix="prodwright-") as folder:
        proxy = HostProxy(Path(folder), hosts)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy.serve(self.request)

        with _Server(str(proxy.folder / SOCKET_NAME), Handler) as server:
            thread = threading.Thread(
                target=server.serve_forever, args=(0.05,), daemon=True
            )
            thread.start()
            try:
                yield proxy
            finally:
                server.shutdown()
                thread.join()
