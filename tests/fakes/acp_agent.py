"""An agent that plays a script, as a real process with the protocol's own library.

    python acp_agent.py SCRIPT

SCRIPT is JSON: a list with one list of acts per prompt. Which prompt it is, it counts
in a file beside the script, for each prompt starts a process of its own. Each act is a
list: its name and what it takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from acp import (
    PROTOCOL_VERSION,
    InitializeResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    run_agent,
    start_tool_call,
    text_block,
    update_agent_message,
)
from acp.schema import (
    Implementation,
    PermissionOption,
    ToolCallLocation,
    ToolCallUpdate,
)

OPTIONS = [
    PermissionOption(option_id="always", name="Always", kind="allow_always"),
    PermissionOption(option_id="once", name="Once", kind="allow_once"),
    PermissionOption(option_id="no", name="No", kind="reject_once"),
]


def put(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


class Playing:
    """Acts as the script says; what it learns, it writes down beside the script."""

    def __init__(self, script: Path) -> None:
        self.script = script
        self.folder = ""
        self.stop = "end_turn"
        self.cancelled = asyncio.Event()

    def on_connect(self, conn: Any) -> None:
        self.client = conn

    async def initialize(self, protocol_version: int, **more: Any) -> Any:
        self.note("told", sorted(dict(more["client_capabilities"]).items(), key=str))
        return InitializeResponse(
            protocol_version=PROTOCOL_VERSION,
            agent_info=Implementation(name="player\x1b[2J", version="1.2"),
        )

    async def new_session(self, cwd: str, **more: Any) -> Any:
        if self.acts() == [["login"]]:
            raise RequestError.auth_required()
        self.folder = cwd
        return NewSessionResponse(session_id="one")

    async def cancel(self, session_id: str, **more: Any) -> None:
        self.cancelled.set()

    async def prompt(self, session_id: str, prompt: list[Any], **more: Any) -> Any:
        acts = self.acts()
        count = self.script.with_name("count")
        count.write_text(str(self.count() + 1))
        self.note("prompt", prompt[0].text)
        for name, *told in acts:
            await getattr(self, f"act_{name}")(*told)
        return PromptResponse(stop_reason=self.stop)

    def count(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            return int(self.script.with_name("count").read_text())
        return 0

    def acts(self) -> list[list[Any]]:
        script = json.loads(self.script.read_text())
        return script[min(self.count(), len(script) - 1)]

    def note(self, name: str, what: object) -> None:
        with self.script.with_name("notes").open("a") as file:
            file.write(json.dumps([name, what], default=str) + "\n")

    async def act_say(self, text: str) -> None:
        message = update_agent_message(text_block(text))
        await self.client.session_update(session_id="one", update=message)

    async def act_put(self, path: str, text: str) -> None:
        """Write a file directly, as most agents do."""
        put(Path(self.folder, path), text)

    async def act_write(self, path: str, text: str) -> None:
        """Have the client write a file."""
        await self.tried(
            "write",
            self.client.write_text_file(
                session_id="one", path=self.path(path), content=text
            ),
        )

    async def act_read(self, path: str) -> None:
        await self.tried(
            "read", self.client.read_text_file(session_id="one", path=self.path(path))
        )

    async def act_run(self, *words: str) -> None:
        made = await self.tried(
            "run",
            self.client.create_terminal(
                session_id="one",
                command=words[0],
                args=list(words[1:]),
                cwd=self.folder,
            ),
        )
        if made is None:
            return
        where = {"session_id": "one", "terminal_id": made.terminal_id}
        await self.tried("ended", self.client.wait_for_terminal_exit(**where))
        await self.tried("output", self.client.terminal_output(**where))
        await self.client.release_terminal(**where)

    async def act_ask(self, kind: str, command: str = "", path: str = "") -> None:
        call = ToolCallUpdate(
            tool_call_id="call",
            kind=kind,
            title=f"{kind} {command}{path}",
            raw_input={"command": command} if command else None,
            locations=[ToolCallLocation(path=self.path(path))] if path else None,
        )
        await self.tried(
            f"ask {command or path}",
            self.client.request_permission(
                session_id="one", tool_call=call, options=OPTIONS
            ),
        )

    async def act_tool(self, title: str) -> None:
        started = start_tool_call("call", title)
        await self.client.session_update(session_id="one", update=started)

    async def act_try(self, code: str) -> None:
        """Do something without asking, as a hostile agent does."""
        place = {"folder": self.folder, "Path": Path, "socket": socket, "os": os}
        try:
            self.note("tried", eval(code, place))  # noqa: S307 - ours
        except Exception as error:  # noqa: BLE001 - that is the result
            self.note("tried", f"{type(error).__name__}: {error}")

    async def act_stop(self, reason: str) -> None:
        self.stop = reason

    async def act_hang(self) -> None:
        time.sleep(600)  # noqa: ASYNC251 - hanging is the point

    async def act_wait(self) -> None:
        """Wait to be cancelled, as a well-behaved agent does."""
        await self.cancelled.wait()
        self.note("cancelled", "yes")
        self.stop = "cancelled"

    async def act_die(self) -> None:
        os.write(2, b"out of luck\x1b[2J\n")
        os._exit(3)

    async def act_flood(self) -> None:
        line = json.dumps(
            {
                "jsonrpc": "2.0",
                "method": "session/update",
                "params": {
                    "sessionId": "one",
                    "update": {
                        "sessionUpdate": "agent_message_chunk",
                        "content": {"type": "text", "text": "blah " * 100},
                    },
                },
            }
        )
        os.set_blocking(1, True)
        while True:
            os.write(1, (line + "\n").encode() * 50)

    async def act_long(self) -> None:
        os.set_blocking(1, True)
        while True:
            os.write(1, b"x" * 65_536)

    async def act_garbage(self, text: str) -> None:
        os.write(1, text.encode())

    def path(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.folder}/{path}"

    async def tried(self, name: str, asked: Any) -> Any:
        try:
            answer = await asked
        except RequestError as error:
            self.note(name, f"refused: {error}")
            return None
        self.note(name, answer.model_dump() if answer is not None else None)
        return answer


if __name__ == "__main__":
    asyncio.run(run_agent(Playing(Path(sys.argv[1]))))
