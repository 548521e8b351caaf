"""What a client of a proxy asks for, and which hosts are named."""

from __future__ import annotations

import contextlib
import ipaddress
from dataclasses import dataclass

_PORTS = (80, 443)


@dataclass(frozen=True, slots=True)
class Target:
    """A host and port that somebody asks for, or that is named.

    Attributes:
        host: In lower case, without a dot at its end.
        port: 0 in a name stands for 80 and 443.
    """

    host: str
    port: int

    @classmethod
    def parsed(cls, text: str, default_port: int = 0) -> Target:
        """Return what `host`, `host:port` or `[address]:port` means.

        Raises:
            ValueError: It means nothing.
        """
        host, separator, port = text.rpartition(":")
        if not separator or text.endswith("]"):
            host, port = text, str(default_port)
        if ":" in host and not host.startswith("["):
            raise ValueError(text)  # an address of IPv6, which ends nowhere
        host = host.removeprefix("[").removesuffix("]").rstrip(".").lower()
        if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ValueError(text)
        return cls(host, int(port))

    def covers(self, asked: Target) -> bool:
        """Tell whether whoever is allowed this may have `asked`."""
        ports = (self.port,) if self.port else _PORTS
        return self.host == asked.host and asked.port in ports

    @property
    def is_local_by_name(self) -> bool:
        """Whether it is spelt as an address or as this machine: then that is meant."""
        with contextlib.suppress(ValueError):
            ipaddress.ip_address(self.host)
            return True
        return self.host == "localhost"


class Refused(Exception):
    """A request is not for a named host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asks a proxy for.

    Attributes:
        target: Whom it wants to reach.
        forwarded: What the target is sent first.
        is_tunnel: Whether the client speaks to the target itself from then on.
    """

    target: Target
    forwarded: bytes
    is_tunnel: bool

    @classmethod
    def parsed(cls, head: bytes) -> Request:
        """Read a request to a proxy, RFC 9110 (CONNECT) and RFC 9112 (absolute form).

        Raises:
            Refused: It is not one.
        """
        try:
            first, *fields = head.decode("latin-1").split("\r\n")
            method, place, version = first.split(" ")
            if method == "CONNECT":
                target = Target.parsed(place, 443)
                return cls(target=target, forwarded=b"", is_tunnel=True)
            host, path = _absolute(place)
            target = Target.parsed(host, 80)
        except ValueError as error:
            raise Refused(f"not a request for a host: {first}") from error
        kept = [each for each in fields if not _is_hop(each)]
        lines = [f"{method} /{path} {version}", f"Host: {host}", *kept]
        told = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")
        return cls(target=target, forwarded=told, is_tunnel=False)


def _absolute(place: str) -> tuple[str, str]:
    """Return host and path of an address with a scheme, which a proxy is sent."""
    host, _, path = place.removeprefix("http://").partition("/")
    if not place.startswith("http://") or "@" in host:
        raise ValueError(place)
    return host, path


def _is_hop(line: str) -> bool:
    name = line.partition(":")[0].strip().lower()
    return name in {"", "host", "connection", "keep-alive"} or name.startswith("proxy-")
