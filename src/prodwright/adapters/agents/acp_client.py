"""Our side of the Agent Client Protocol: the host answers what an agent asks for."""

from __future__ import annotations

import asyncio
import itertools
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from acp import RequestError
from acp.schema import (
    AgentMessageChunk,
    AllowedOutcome,
    CreateTerminalResponse,
    DeniedOutcome,
    KillTerminalResponse,
    PermissionOption,
    ReadTextFileResponse,
    ReleaseTerminalResponse,
    RequestPermissionResponse,
    TerminalExitStatus,
    TerminalOutputResponse,
    TextContentBlock,
    ToolCallStart,
    ToolCallUpdate,
    WaitForTerminalExitResponse,
    WriteTextFileResponse,
)

from prodwright.adapters.agents.acp_requests import Terminal, wanted_by
from prodwright.adapters.agents.port import (
    MOST_TEXT_CHARACTERS,
    AgentLimits,
    Host,
    Wanted,
)
from prodwright.core.errors import InputError, ProdwrightError
from prodwright.core.printing import printable

ResultT = TypeVar("ResultT")
_MOST_LINES = 2_000_000


@dataclass(kw_only=True)
class AcpClient:
    """Answers one agent in one session.

    Attributes:
        host: Who decides.
        limits: How many commands may be under way, and for how long.
        text: What the agent said since its last tool call.
        waiting: How many requests of the agent are being worked on by us.
    """

    host: Host
    limits: AgentLimits
    text: str = ""
    waiting: int = 0
    _terminals: dict[str, Terminal] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def session_update(self, session_id: str, update: Any, **more: Any) -> None:
        """Keep what the agent says of its work, as data."""
        if isinstance(update, AgentMessageChunk):
            if isinstance(update.content, TextContentBlock):
                said = self.text + update.content.text
                self.text = said[-MOST_TEXT_CHARACTERS:]
        elif isinstance(update, ToolCallStart):
            self.text = ""
        told = update.model_dump(mode="json", by_alias=True, exclude_none=True)
        self.host.tell(told)

    async def request_permission(
        self,
        session_id: str,
        tool_call: ToolCallUpdate,
        options: list[PermissionOption],
        **more: Any,
    ) -> RequestPermissionResponse:
        """Let the policy decide; never for more than this once."""
        refusal = await self._asked(lambda: self.host.permit(wanted_by(tool_call)))
        kinds = ("reject_once",) if refusal else ("allow_once",)
        for option in options:
            if option.kind in kinds:
                outcome = AllowedOutcome(outcome="selected", option_id=option.option_id)
                return RequestPermissionResponse(outcome=outcome)
        return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))

    async def read_text_file(
        self,
        session_id: str,
        path: str,
        line: int | None = None,
        limit: int | None = None,
        **more: Any,
    ) -> ReadTextFileResponse:
        """Return a file of the desk, or lines of it."""
        text = await self._asked(lambda: self.host.read(path))
        if line is not None or limit is not None:
            lines = text.splitlines(keepends=True)
            first = max((line or 1) - 1, 0)
            text = "".join(lines[first : first + (limit or _MOST_LINES)])
        return ReadTextFileResponse(content=text)

    async def write_text_file(
        self, session_id: str, path: str, content: str, **more: Any
    ) -> WriteTextFileResponse:
        """Write a file of the desk."""
        await self._asked(lambda: self.host.write(path, content))
        return WriteTextFileResponse()

    async def create_terminal(
        self,
        session_id: str,
        command: str,
        args: list[str] | None = None,
        env: Any = None,
        cwd: str | None = None,
        output_byte_limit: int | None = None,
        **more: Any,
    ) -> CreateTerminalResponse:
        """Start a command in the project's sandbox, once the policy permits it.

        What the agent says of variables does not count: the project has its own.
        """
        words = [command, *args] if args else _words(command)
        under_way = [each for each in self._terminals.values() if not each.work.done()]
        if len(under_way) >= self.limits.most_terminals:
            raise _refused(f"{len(under_way)} commands are under way already")
        paths = (cwd,) if cwd else ()
        wanted = Wanted(kind="execute", command=shlex.join(words), paths=paths)
        refusal = await self._asked(lambda: self.host.permit(wanted))
        if refusal:
            raise _refused(refusal)
        stop = threading.Event()
        seconds = self.limits.terminal_seconds
        work = asyncio.create_task(
            asyncio.to_thread(self.host.run, words, seconds, stop)
        )
        name = f"terminal-{next(self._numbers)}"
        self._terminals[name] = Terminal(
            work=work, stop=stop, most_bytes=output_byte_limit
        )
        return CreateTerminalResponse(terminal_id=name)

    async def terminal_output(
        self, session_id: str, terminal_id: str, **more: Any
    ) -> TerminalOutputResponse:
        """Return what a command printed; nothing until it has ended."""
        terminal = self._terminal(terminal_id)
        output, is_cut = terminal.output()
        status = terminal.status()
        return TerminalOutputResponse(
            output=output, truncated=is_cut, exit_status=status
        )

    async def wait_for_terminal_exit(
        self, session_id: str, terminal_id: str, **more: Any
    ) -> WaitForTerminalExitResponse:
        """Return how a command ended."""
        terminal = self._terminal(terminal_id)
        with self._waiting():
            await asyncio.wait([terminal.work])
        status = terminal.status() or TerminalExitStatus()
        return WaitForTerminalExitResponse(
            exit_code=status.exit_code, signal=status.signal
        )

    async def kill_terminal(
        self, session_id: str, terminal_id: str, **more: Any
    ) -> KillTerminalResponse:
        """End a command; what it printed can still be asked for."""
        self._terminal(terminal_id).stop.set()
        return KillTerminalResponse()

    async def release_terminal(
        self, session_id: str, terminal_id: str, **more: Any
    ) -> ReleaseTerminalResponse:
        """End a command and forget it."""
        terminal = self._terminal(terminal_id)
        terminal.stop.set()
        await asyncio.wait([terminal.work])
        del self._terminals[terminal_id]
        return ReleaseTerminalResponse()

    async def create_elicitation(self, message: str, mode: Any, **more: Any) -> Any:
        """Refuse: questions belong into the text."""
        raise RequestError.method_not_found("elicitation/create")

    async def complete_elicitation(self, elicitation_id: str, **more: Any) -> None:
        """Nothing was begun that could be completed."""

    async def ext_method(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Refuse what the protocol does not have."""
        raise RequestError.method_not_found(method)

    async def ext_notification(self, method: str, params: dict[str, Any]) -> None:
        """Pass over what the protocol does not have."""

    def on_connect(self, conn: Any) -> None:
        """The library tells of the connection; nothing depends on it here."""

    async def close(self) -> None:
        """End every command."""
        left = [each.work for each in self._terminals.values()]
        for each in self._terminals.values():
            each.stop.set()
        if left:
            await asyncio.wait(left)

    def _terminal(self, name: str) -> Terminal:
        terminal = self._terminals.get(name)
        if terminal is None:
            raise RequestError.resource_not_found(printable(name[:80]))
        return terminal

    async def _asked(self, work: Callable[[], ResultT]) -> ResultT:
        """Do what takes time or a person beside the loop; tell of a refusal."""
        with self._waiting():
            try:
                return await asyncio.to_thread(work)
            except InputError as error:
                raise _refused(f"{error}. {error.hint}") from error
            except ProdwrightError as error:
                raise RequestError.internal_error({"details": str(error)}) from error

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1


def _refused(why: str) -> RequestError:
    return RequestError(-32602, f"refused: {why}", {"details": why})


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise _refused(f"not a command: {error}") from error
