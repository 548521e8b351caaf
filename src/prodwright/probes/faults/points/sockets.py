"""Points of names, sockets and TLS: refused, silent, cut off, and short."""

from __future__ import annotations

import socket
import ssl
import weakref
from collections.abc import Callable
from typing import Any

from prodwright.probes.faults.recorder import OFF, RECORDER, is_within
from prodwright.probes.faults.values import STRONG, HangFound

_MOST_READS_AFTER_THE_END = 200
_FAULTS = {
    "connect": ("refused", "stall"),
    "recv": ("reset", "stall", "eof", "short"),
    "recv_into": ("reset", "stall", "eof"),
    "recvfrom": ("stall",),
    "send": ("reset", "short"),
    "sendall": ("reset", "stall"),
}
_WRITES = ("send", "sendall")
# How often a socket was used whose peer is gone.
_gone: weakref.WeakKeyDictionary[socket.socket, int] = weakref.WeakKeyDictionary()
ENTRY_OF_SOCKET: dict[int, int] = {}
_real_names: Any = socket.getaddrinfo


def install() -> None:
    """Replace the methods of `socket.socket`, `getaddrinfo`, and the TLS handshake."""
    for name, faults in _FAULTS.items():
        for kind in (socket.socket, ssl.SSLSocket):
            if name in vars(kind) or kind is socket.socket:
                real = getattr(kind, name)
                setattr(kind, name, _method(name, real, faults))
    socket.getaddrinfo = _names
    real_handshake: Any = ssl.SSLSocket.do_handshake

    def do_handshake(self: Any, *arguments: Any) -> Any:
        if RECORDER.mode != OFF and not is_within():
            fault = RECORDER.hit("tls", ("tls-refused",), str(self.server_hostname))
            if fault:
                told = "certificate verify failed: certificate has expired"
                raise RECORDER.fail(ssl.SSLCertVerificationError(1, told))
        return real_handshake(self, *arguments)

    ssl.SSLSocket.do_handshake = do_handshake  # type: ignore[method-assign,assignment]


def _names(*arguments: Any, **named: Any) -> Any:
    if RECORDER.mode != OFF and not is_within():
        host = str(arguments[0] if arguments else named.get("host"))
        if RECORDER.hit("dns", ("no-name",), host):
            told = "Temporary failure in name resolution"
            raise RECORDER.fail(socket.gaierror(socket.EAI_AGAIN, told))
    return _real_names(*arguments, **named)


def _method(name: str, real: Any, faults: tuple[str, ...]) -> Callable[..., Any]:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        # Sockets of event loops never block: their points are the streams above.
        if RECORDER.mode == OFF or is_within() or self.gettimeout() == 0:
            return real(self, *arguments, **named)
        if self in _gone and name != "connect":
            return _after_the_end(self, name)
        timeout = self.gettimeout()
        possible = faults if self.type & socket.SOCK_STREAM else ("stall",)
        fault = RECORDER.hit(
            f"socket.{name}", possible, writes=name in _WRITES, timeout=timeout
        )
        if RECORDER.is_watching():
            ENTRY_OF_SOCKET[self.fileno()] = RECORDER.entry
            RECORDER.own(self)
        if fault:
            return _meet(fault, self, name, real, arguments)
        RECORDER.waits_bounded = timeout is not None
        try:
            return real(self, *arguments, **named)
        finally:
            RECORDER.waits_bounded = False

    call.__name__ = name
    return call


def _meet(
    fault: str, peer: socket.socket, name: str, real: Any, arguments: tuple[Any, ...]
) -> Any:
    if fault == "refused":
        raise RECORDER.fail(ConnectionRefusedError(111, "Connection refused"))
    if fault == "stall":
        waited = peer.gettimeout()
        raise RECORDER.stall(waited, TimeoutError("timed out"), f"socket.{name}")
    if fault == "short":
        part = 1 if name == "recv" else memoryview(arguments[0])[:1]
        return real(peer, part)
    _gone[peer] = 0
    if fault == "reset":
        raise RECORDER.fail(ConnectionResetError(104, "Connection reset by peer"))
    return b"" if name == "recv" else 0


def _after_the_end(peer: socket.socket, name: str) -> Any:
    """A peer that is gone stays gone."""
    _gone[peer] += 1
    if _gone[peer] > _MOST_READS_AFTER_THE_END:
        told = f"goes on calling {name} on a connection that the peer has closed"
        RECORDER.saw("hang", STRONG, told)
        raise HangFound(told)
    if name in _WRITES:
        raise RECORDER.fail(BrokenPipeError(32, "Broken pipe"))
    return b"" if name == "recv" else 0
