"""Drives an agent that speaks the Agent Client Protocol, one session per prompt."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from acp import PROTOCOL_VERSION, RequestError, connect_to_agent, text_block
from acp.client.connection import ClientSideConnection
from acp.schema import (
    ClientCapabilities,
    FileSystemCapabilities,
    Implementation,
    InitializeResponse,
    PromptResponse,
)
from pydantic import ValidationError

import prodwright
from prodwright.adapters.agents.acp_client import AcpClient
from prodwright.adapters.agents.event_loop import beside, quiet_library
from prodwright.adapters.agents.port import AgentLimits, Host, Launch, Spoken
from prodwright.adapters.agents.transport import BoundedTransport
from prodwright.adapters.sandbox import Completed, Conversation, open_conversation
from prodwright.core.conversation import Usage
from prodwright.core.errors import AgentFailed
from prodwright.core.printing import printable

ResultT = TypeVar("ResultT")
_LOOK_SECONDS = 0.1
_MOST_NAME_CHARACTERS = 80
_LOGIN_WANTED = -32000  # the protocol's own error code
_HINT = "run it by hand in that folder; the run can be resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcpAgent:
    """An agent that speaks the protocol over its standard streams.

    Attributes:
        name: What the user knows it by.
    """

    name: str

    def work(
        self, prompt: str, launch: Launch, host: Host, limits: AgentLimits
    ) -> Spoken:
        """Return how it answered `prompt`; nothing of it is left running.

        Raises:
            AgentFailed: It does not start, answer, end, or keep to the protocol.
            SandboxUnavailable: It cannot be isolated.
        """
        # It is ended by the session before this limit, with a word of farewell.
        seconds = limits.wall_seconds + limits.answer_seconds + limits.goodbye_seconds
        errand = launch.errand(seconds)
        with open_conversation(launch.sandbox, errand) as conversation:
            session = _Session(
                agent=self.name,
                prompt=prompt,
                folder=str(launch.folder),
                limits=limits,
                client=AcpClient(host=host, limits=limits),
                conversation=conversation,
            )
            with quiet_library():
                return beside(session.held())


@dataclass(kw_only=True)
class _Session:
    agent: str
    prompt: str
    folder: str
    limits: AgentLimits
    client: AcpClient
    conversation: Conversation
    deadline: float = field(default=0.0)

    async def held(self) -> Spoken:
        """Say hello, ask, and wait for the answer or for what ends it."""
        transport = BoundedTransport(self.limits)
        await transport.open(self.conversation)
        connection = connect_to_agent(self.client, transport)
        try:
            return await self._spoken(connection, transport)
        except (ConnectionError, RequestError, ValidationError) as error:
            raise await self._failure(error, transport) from error
        finally:
            await self.client.close()
            with contextlib.suppress(ConnectionError, OSError, RuntimeError):
                await connection.close()
            await transport.close()

    async def _spoken(
        self, connection: ClientSideConnection, transport: BoundedTransport
    ) -> Spoken:
        stated = await self._soon(self._greeted(connection), transport)
        opened = await self._soon(
            connection.new_session(cwd=self.folder, mcp_servers=[]), transport
        )
        self.deadline = time.monotonic() + self.limits.wall_seconds
        asking = asyncio.ensure_future(
            connection.prompt(opened.session_id, [text_block(self.prompt)])
        )
        try:
            is_done = await self._watched(asking, transport)
        except asyncio.CancelledError:
            await self._told_to_stop(connection, opened.session_id, asking)
            raise
        if not is_done:
            await self._told_to_stop(connection, opened.session_id, asking)
        return self._answer(stated, asking if is_done else None)

    def _answer(
        self, stated: InitializeResponse, asking: asyncio.Future[PromptResponse] | None
    ) -> Spoken:
        info = stated.agent_info
        response = asking.result() if asking is not None else None
        return Spoken(
            text=printable(self.client.text).strip(),
            stop=response.stop_reason if response is not None else "time",
            name=_short(info.name if info else "") or self.agent,
            version=_short(info.version if info else ""),
            usage=_usage(response),
        )

    async def _greeted(self, connection: ClientSideConnection) -> InitializeResponse:
        files = FileSystemCapabilities(read_text_file=True, write_text_file=True)
        stated = await connection.initialize(
            protocol_version=PROTOCOL_VERSION,
            client_capabilities=ClientCapabilities(fs=files, terminal=True),
            client_info=Implementation(
                name="prodwright", version=prodwright.__version__
            ),
        )
        if stated.protocol_version != PROTOCOL_VERSION:
            raise AgentFailed(
                f"agent {self.agent!r} speaks version {stated.protocol_version} of the "
                f"protocol, not {PROTOCOL_VERSION}",
                hint="install another version of it",
            )
        return stated

    async def _soon(
        self, answer: Coroutine[Any, Any, ResultT], transport: BoundedTransport
    ) -> ResultT:
        seconds = self.limits.answer_seconds
        try:
            return await asyncio.wait_for(answer, seconds)
        except TimeoutError as error:
            raise AgentFailed(
                f"agent {self.agent!r} did not answer within {seconds:.0f} s"
                f"{_said(transport)}",
                hint="is it logged in, and does it speak the protocol?",
            ) from error

    async def _watched(
        self, asking: asyncio.Future[PromptResponse], transport: BoundedTransport
    ) -> bool:
        """Tell whether it answered before its time was up.

        Raises:
            AgentFailed: It is silent for too long.
        """
        while not asking.done():
            await asyncio.wait([asking], timeout=_LOOK_SECONDS)
            now = time.monotonic()
            if self.client.waiting:
                transport.heard_at = now
            if not asking.done() and now >= self.deadline:
                return False
            if now - transport.heard_at > self.limits.silence_seconds:
                asking.cancel()
                raise AgentFailed(
                    f"agent {self.agent!r} was silent for "
                    f"{self.limits.silence_seconds:.0f} s",
                    hint="the files it wrote are kept; the run can be resumed",
                )
        asking.result()  # what it raises is told apart by who called
        return True

    async def _told_to_stop(
        self,
        connection: ClientSideConnection,
        session: str,
        asking: asyncio.Future[PromptResponse],
    ) -> None:
        """Ask it to stop; whether it does is its own affair, for it is ended next."""
        with contextlib.suppress(
            TimeoutError, ConnectionError, RequestError, ValidationError
        ):
            await asyncio.wait_for(
                _both(connection.cancel(session), asking), self.limits.goodbye_seconds
            )
        asking.cancel()

    async def _failure(
        self, error: Exception, transport: BoundedTransport
    ) -> AgentFailed:
        told = f"agent {self.agent!r}"
        if transport.fault:
            return AgentFailed(f"{told}: {transport.fault}", hint=_HINT)
        if isinstance(error, RequestError):
            if error.code == _LOGIN_WANTED:
                return AgentFailed(
                    f"{told} wants you to log in",
                    hint="log in by hand, and name the folder with --agent-home or "
                    "the variable with --agent-variable",
                )
            return AgentFailed(f"{told}: {_short(str(error), 300)}", hint=_HINT)
        if isinstance(error, ValidationError):
            return AgentFailed(f"{told} does not keep to the protocol", hint=_HINT)
        done = await asyncio.to_thread(self.conversation.end)
        return AgentFailed(f"{told} ended {ending(done)}{_said(transport)}", hint=_HINT)


def ending(done: Completed) -> str:
    """Return how a process of an agent ended, as a phrase."""
    if done.timed_out:
        return "at its time limit"
    if done.exceeded is not None:
        return f"at its limit of {done.exceeded}"
    last = (done.output.strip().splitlines() or [""])[-1]
    code = "" if done.stopped else f" with exit code {done.code}"
    return f"before it had answered{code}{f': {last[:300]}' if last else ''}"


def _said(transport: BoundedTransport) -> str:
    return f"; it said {transport.garbage!r}" if transport.garbage else ""


def _short(text: str, most: int = _MOST_NAME_CHARACTERS) -> str:
    return " ".join(printable(text).split())[:most]


def _usage(response: PromptResponse | None) -> Usage:
    stated = response.usage if response is not None else None
    if stated is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=stated.input_tokens,
        output_tokens=stated.output_tokens,
        cached_tokens=stated.cached_read_tokens or 0,
    )


async def _both(first: Awaitable[None], second: Awaitable[PromptResponse]) -> None:
    await first
    await second
