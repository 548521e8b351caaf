"""Messages from and to an agent that may send anything: bounded, and never trusted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from typing import Any

from prodwright.adapters.agents.port import AgentLimits
from prodwright.adapters.sandbox import Conversation
from prodwright.core.printing import printable

_SHOWN_CHARACTERS = 200
_SEND_SECONDS = 30.0


class BoundedTransport:
    """One JSON message per line, as the protocol's library wants a transport.

    Whatever goes wrong ends the stream and is kept as `fault`: raised in the library's
    loop, it would be logged with all that the agent sent.

    Attributes:
        fault: What is wrong with the agent, as a phrase; empty while nothing is.
        heard_at: When it sent something last, on the monotonic clock.
    """

    def __init__(self, limits: AgentLimits) -> None:
        self._limits = limits
        self._reader = asyncio.StreamReader(limit=limits.most_line_bytes)
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.ReadTransport | None = None
        self._bytes = 0
        self._messages = 0
        self._garbage: list[str] = []
        self.fault = ""
        self.heard_at = time.monotonic()

    async def open(self, conversation: Conversation) -> None:
        """Take over the streams of `conversation`; its descriptors stay its own."""
        loop = asyncio.get_running_loop()
        source = os.fdopen(os.dup(conversation.output), "rb", buffering=0)
        sink = os.fdopen(os.dup(conversation.input), "wb", buffering=0)
        self._reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), source
        )
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sink
        )
        self._writer = asyncio.StreamWriter(transport, protocol, None, loop)

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message; an agent that does not read is given up."""
        assert self._writer is not None  # it is open
        self._writer.write(json.dumps(message).encode() + b"\n")
        try:
            await asyncio.wait_for(self._writer.drain(), _SEND_SECONDS)
        except TimeoutError as error:
            self.fault = self.fault or "it does not read what it is sent"
            raise ConnectionError(self.fault) from error

    async def receive(self) -> dict[str, Any] | None:
        """Return the next message; None at the end, whatever the reason."""
        while not self.fault:
            line = await self._line()
            if line is None:
                return None
            self.heard_at = time.monotonic()
            message = _message(line)
            if message is not None:
                return message
            self._note_garbage(line)
        return None

    async def close(self) -> None:
        """Close our copies of the streams."""
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            self._reading.close()

    @property
    def garbage(self) -> str:
        """The first line that was no message; empty without one."""
        return self._garbage[0] if self._garbage else ""

    async def _line(self) -> bytes | None:
        limits = self._limits
        try:
            line = await self._reader.readuntil(b"\n")
        except asyncio.LimitOverrunError:
            most = limits.most_line_bytes
            self.fault = f"it sent a message of more than {most:,} bytes"
            return None
        except asyncio.IncompleteReadError as end:
            if end.partial.strip():
                self._note_garbage(end.partial)
            return None
        self._bytes += len(line)
        self._messages += 1
        if self._bytes > limits.most_bytes or self._messages > limits.most_messages:
            self.fault = (
                f"it sent more than {limits.most_messages:,} messages"
                if self._messages > limits.most_messages
                else f"it sent more than {limits.most_bytes:,} bytes"
            )
            return None
        return line

    def _note_garbage(self, line: bytes) -> None:
        if not line.strip():
            return
        text = line.decode(errors="replace").strip()[:_SHOWN_CHARACTERS]
        self._garbage.append(printable(text))
        if len(self._garbage) > self._limits.most_garbage:
            self.fault = f"it does not speak the protocol; it said {self.garbage!r}"


def _message(line: bytes) -> dict[str, Any] | None:
    with contextlib.suppress(ValueError, RecursionError):
        message = json.loads(line)
        if isinstance(message, dict) and message.get("jsonrpc") == "2.0":
            return message
    return None
