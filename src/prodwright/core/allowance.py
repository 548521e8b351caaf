"""What the user lets the work reach and install; never a repository's word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prodwright.core.errors import ConfigurationInvalid

NOBODY = "none"
# A name, an IPv4 address or [an IPv6 address], and a port unless 80 and 443 are meant.
HOST = r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]*)|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
HOSTS_PATTERN = rf"{NOBODY}|{HOST}(?:[ ,]+{HOST})*"
MOST_HOSTS = 50
_MOST_NAME_CHARACTERS = 260  # RFC 1035: 255 octets; and a port
_MOST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a model's or an agent's work may reach, install and change.

    Attributes:
        hosts: Whom commands and tests may reach while the work is under way, each with
            `:port` unless 80 and 443 are meant.
        gate: Whether the gate's stages may reach them as well. By default they judge
            without a network: a verdict that hangs on somebody else's server cannot be
            replayed, and mutants would be tried on that server.
        install: Whether packages that the work names are installed without asking.
        paths: Patterns of paths whose pipelines and judging settings may change.
    """

    hosts: tuple[str, ...] = ()
    gate: bool = False
    install: bool = False
    paths: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is allowed."""
        return not (self.hosts or self.install or self.paths)

    @property
    def gate_hosts(self) -> tuple[str, ...]:
        """Whom the gate's stages may reach."""
        return self.hosts if self.gate else ()

    def told(self) -> list[str]:
        """Return it as a person reads it beforehand."""
        gate = ", the gate as well" if self.gate_hosts else ""
        install = "without asking" if self.install else "only what you allow when asked"
        return [
            f"  the work may reach: {listed(self.hosts)}{gate}",
            f"  packages are installed: {install}",
        ]

    def criteria(self) -> tuple[str, ...]:
        """Return what must hold at the end because of it, one sentence each."""
        if not self.hosts or self.gate:
            return ()
        told = "the tests pass without a network, as the gate runs them; only commands"
        return (f"{told} during the work reach {listed(self.hosts)}",)


def hosts_in(text: str) -> tuple[str, ...]:
    """Return the hosts in an answer, separated by commas or spaces; `none`: nobody.

    Raises:
        ConfigurationInvalid: One of them names no host.
    """
    words = tuple(each for each in re.split(r"[\s,]+", text.strip()) if each)
    return () if words == (NOBODY,) else valid_hosts(words)


def valid_hosts(hosts: Sequence[str]) -> tuple[str, ...]:
    """Return `hosts` in lower case, each once.

    Raises:
        ConfigurationInvalid: One of them names no host, or there are too many.
    """
    for each in hosts:
        port = each.rpartition(":")[2] if re.search(r":\d+$", each) else "1"
        is_host = re.fullmatch(HOST, each) and len(each) <= _MOST_NAME_CHARACTERS
        if not is_host or not 0 < int(port) <= _MOST_PORT or each == NOBODY:
            raise ConfigurationInvalid(
                f"{each[:300]!r} names no host",
                hint="write host, host:port or [address]:port; there is no wildcard",
            )
    if len(hosts) > MOST_HOSTS:
        raise ConfigurationInvalid(
            f"{len(hosts)} hosts are more than {MOST_HOSTS}", hint="name fewer"
        )
    return tuple(dict.fromkeys(each.lower() for each in hosts))


def listed(hosts: Sequence[str]) -> str:
    """Return hosts as they stand in an answer."""
    return ", ".join(hosts) or NOBODY
