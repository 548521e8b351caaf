"""Serves over standard input and output, or over HTTP; ends without orphans."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from prodwright.core.errors import ConfigurationInvalid, PathRefused, Stopped
from prodwright.mcp.bearer import BearerGate
from prodwright.mcp.jobs import Jobs
from prodwright.mcp.office import DEFAULT_PATIENCE_SECONDS, Office
from prodwright.mcp.root import Root
from prodwright.mcp.server import server_for
from prodwright.mcp.standard_input import endable

LEAST_TOKEN_CHARACTERS = 16
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_GOODBYE_SECONDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """How a server is set up.

    Attributes:
        root: The folder that it works in.
        allow_unsandboxed: Whether foreign code may run without isolation.
        patience_seconds: Longest that a call waits before it answers with a job.
    """

    root: Path
    allow_unsandboxed: bool = False
    patience_seconds: float = DEFAULT_PATIENCE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens.

    Attributes:
        host: Name or number of the interface.
        port: 0: any that is free.
        names: Further names that clients may call the server by.
        token: What clients have to show; empty: nothing.
    """

    host: str
    port: int
    names: tuple[str, ...] = ()
    token: str = ""

    def check(self) -> None:
        """Refuse what would let strangers in.

        Raises:
            ConfigurationInvalid: Others can reach it and there is no token, or the
                token can be guessed.
        """
        if self.token and len(self.token) < LEAST_TOKEN_CHARACTERS:
            raise ConfigurationInvalid(
                f"PRODWRIGHT_MCP_TOKEN has {len(self.token)} characters",
                hint=f"take {LEAST_TOKEN_CHARACTERS} or more, at random",
            )
        if not self.token and self.host not in _LOOPBACK:
            raise ConfigurationInvalid(
                f"whoever reaches {self.host} could use this server",
                hint="set PRODWRIGHT_MCP_TOKEN, or listen on 127.0.0.1",
            )

    def security(self, port: int) -> TransportSecuritySettings:
        """Return whom requests may name as host, and as origin."""
        known = dict.fromkeys((*_LOOPBACK, self.host, *self.names))
        hosts = [f"[{name}]" if ":" in name else name for name in known]
        return TransportSecuritySettings(
            allowed_hosts=[f"{host}:{port}" for host in hosts],
            allowed_origins=[
                f"{scheme}://{host}:{port}"
                for host in hosts
                for scheme in ("http", "https")
            ],
        )


def serve_stdio(counter: Counter) -> None:
    """Serve one client on standard input and output until it closes them.

    Raises:
        PathRefused: The root is no folder.
        Stopped: A signal asked to end.
    """
    root = Root.at(counter.root)
    if sys.stdin is not None:  # a service manager may pass no stream: nobody is there
        anyio.run(_stdio, root, counter)


def serve_http(counter: Counter, address: Address) -> None:
    """Serve clients over HTTP until a signal asks to end.

    Raises:
        PathRefused: The root is no folder, or the address cannot be listened on.
        ConfigurationInvalid: Strangers could get in.
        Stopped: A signal asked to end.
    """
    address.check()
    root = Root.at(counter.root)
    with _listening(address) as listener:
        anyio.run(_http, root, counter, address, listener)


async def _stdio(root: Root, counter: Counter) -> None:
    ended_by: list[int] = []
    async with _server(root, counter) as server, anyio.create_task_group() as group:
        async with endable(group) as standard_input:
            group.start_soon(_heed, standard_input, ended_by)
            with _whoever_is_gone():
                await server.run_stdio_async()
        group.cancel_scope.cancel()
    if ended_by == [signal.SIGINT]:
        raise KeyboardInterrupt
    if ended_by:
        raise Stopped("terminated", hint="runs that were under way can be resumed")


@contextmanager
def _whoever_is_gone() -> Iterator[None]:
    """A client that reads no answer any more is one that has left."""
    try:
        yield
    except* (BrokenPipeError, anyio.BrokenResourceError):
        pass


async def _heed(standard_input: anyio.CancelScope, ended_by: list[int]) -> None:
    """A signal ends standard input; the rest is as if the client had left."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async for number in signals:
            ended_by.append(number)
            standard_input.cancel()
            return


async def _http(
    root: Root, counter: Counter, address: Address, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    host = f"[{address.host}]" if ":" in address.host else address.host
    sys.stderr.write(f"listening on http://{host}:{port}/mcp\n")
    sys.stderr.flush()
    async with _server(root, counter) as server:
        app = server.streamable_http_app(
            host=address.host, transport_security=address.security(port)
        )
        web = uvicorn.Server(
            uvicorn.Config(
                BearerGate(app, address.token) if address.token else app,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=_GOODBYE_SECONDS,
            )
        )
        ending = await _until_told_to_end(web, listener)
    if ending is not None:
        raise ending


async def _until_told_to_end(
    web: uvicorn.Server, listener: socket.socket
) -> Stopped | KeyboardInterrupt | None:
    """It raises the signal that ended it again, which must not tear the workers."""
    try:
        await web.serve(sockets=[listener])
    except (Stopped, KeyboardInterrupt) as ending:
        return ending
    return None


@asynccontextmanager
async def _server(root: Root, counter: Counter) -> AsyncIterator[MCPServer]:
    """Yield a server; no worker of it is left afterwards."""
    async with anyio.create_task_group() as group:
        jobs = Jobs(group)
        office = Office(
            root=root,
            jobs=jobs,
            allow_unsandboxed=counter.allow_unsandboxed,
            patience_seconds=counter.patience_seconds,
        )
        try:
            yield server_for(office)
        finally:
            await jobs.close()


def _listening(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except (OSError, OverflowError) as error:
        raise PathRefused(
            f"{address.host}:{address.port}: {error}", hint="name another --port"
        ) from error
