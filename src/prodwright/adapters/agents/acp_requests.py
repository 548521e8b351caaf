"""What an agent asks for over the protocol, in our own terms."""

from __future__ import annotations

import asyncio
import shlex
import threading
from dataclasses import dataclass
from typing import Any

from acp.schema import FileEditToolCallContent, TerminalExitStatus, ToolCallUpdate

from prodwright.adapters.agents.port import Wanted
from prodwright.adapters.sandbox import Completed
from prodwright.core.printing import printable


@dataclass(kw_only=True)
class Terminal:
    """A command that the agent had us run."""

    work: asyncio.Task[Completed]
    stop: threading.Event
    most_bytes: int | None

    def output(self) -> tuple[str, bool]:
        """Return what was printed, its beginning cut as the protocol wants it."""
        if not self.work.done():
            return "", False
        text = self.work.result().output
        content = text.encode()
        if self.most_bytes is None or len(content) <= self.most_bytes:
            return text, False
        kept = content[len(content) - self.most_bytes :]
        return kept.decode(errors="ignore"), True

    def status(self) -> TerminalExitStatus | None:
        """Return how it ended; None while it is under way."""
        if not self.work.done():
            return None
        done = self.work.result()
        if done.code < 0 or done.broken_off:
            return TerminalExitStatus(signal="SIGKILL")
        return TerminalExitStatus(exit_code=done.code)


def wanted_by(call: ToolCallUpdate) -> Wanted:
    """Return what a tool call that needs permission is about."""
    given = call.raw_input if isinstance(call.raw_input, dict) else {}
    paths = [each.path for each in call.locations or ()]
    paths += [
        each.path
        for each in call.content or ()
        if isinstance(each, FileEditToolCallContent)
    ]
    for name in ("file_path", "path", "abs_path", "notebook_path"):
        if isinstance(given.get(name), str):
            paths.append(given[name])
    return Wanted(
        kind=call.kind or "",
        title=printable((call.title or "")[:200]),
        command=_command(given),
        paths=tuple(dict.fromkeys(paths)),
    )


def _command(given: dict[str, Any]) -> str:
    """Return the command line, in the forms in which agents give it."""
    command = given.get("command", given.get("cmd", ""))
    if isinstance(command, list):
        return shlex.join(str(word) for word in command)
    args = given.get("args")
    if isinstance(args, list):
        return shlex.join([str(command), *map(str, args)])
    return str(command)
