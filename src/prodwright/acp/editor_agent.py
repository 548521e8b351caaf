"""The protocol's agent side: sessions, prompts, questions, cancelling."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acp import (
    PROTOCOL_VERSION,
    InitializeResponse,
    NewSessionResponse,
    PromptResponse,
    RequestError,
    update_agent_message_text,
)
from acp.interfaces import Client
from acp.schema import (
    AgentCapabilities,
    AllowedOutcome,
    Implementation,
    PermissionOption,
    TextContentBlock,
    ToolCallUpdate,
)

import prodwright
from prodwright.acp.order import Asked, Order, asked
from prodwright.acp.reasons import TURN_ENDS
from prodwright.acp.run_process import RunProcess
from prodwright.acp.telling import Telling, failure_text, result_text
from prodwright.core.engineering import Engineering
from prodwright.core.printing import printable
from prodwright.core.stop import StopReason
from prodwright.runs.records import new_run_id

_MOST_SESSIONS = 50
_EMPTY = "Say what is to be written, e.g. `Add an export of invoices as CSV`."
_NOTHING_BEGUN = "There is no run in this session to go on with; name one."


@dataclass(slots=True, kw_only=True)
class _Session:
    folder: Path
    run: str = ""
    under_way: RunProcess | None = None


class EditorAgent:
    """Serves one editor.

    Args:
        engineering: Who is to write, as this server was started.
        allow_unsandboxed: Whether foreign code may run without isolation.
    """

    def __init__(self, engineering: Engineering, *, allow_unsandboxed: bool) -> None:
        self._engineering = engineering
        self._allow_unsandboxed = allow_unsandboxed
        self._sessions: dict[str, _Session] = {}
        self._client: Client | None = None

    def on_connect(self, conn: Client) -> None:
        """Know whom to tell."""
        self._client = conn

    async def initialize(
        self, protocol_version: int, **more: Any
    ) -> InitializeResponse:
        """Say who we are; what we cannot do, we do not claim."""
        return InitializeResponse(
            protocol_version=PROTOCOL_VERSION,
            agent_capabilities=AgentCapabilities(),
            agent_info=Implementation(
                name="prodwright", title="Prodwright", version=prodwright.__version__
            ),
        )

    async def new_session(self, cwd: str, **more: Any) -> NewSessionResponse:
        """Open a session in a folder; tools that the editor offers are not used."""
        folder = _folder(cwd)
        if len(self._sessions) >= _MOST_SESSIONS:
            raise RequestError(-32000, f"{_MOST_SESSIONS} sessions are open already")
        name = secrets.token_hex(8)
        self._sessions[name] = _Session(folder=folder)
        return NewSessionResponse(session_id=name)

    async def prompt(
        self, session_id: str, prompt: list[Any], **more: Any
    ) -> PromptResponse:
        """Do a run and tell how it ended."""
        session = self._named(session_id)
        if session.under_way is not None:
            raise RequestError.invalid_request(
                {"details": "a run is under way in this session; cancel it first"}
            )
        texts = [each.text for each in prompt if isinstance(each, TextContentBlock)]
        wanted = asked("\n".join(texts))
        if wanted.is_resuming and not (wanted.resumed or session.run):
            text = _NOTHING_BEGUN if "/resume" in "".join(texts) else _EMPTY
            await self._say(session_id, text)
            return _ended(StopReason.NEEDS_INPUT, "")
        return await self._served(session_id, session, wanted)

    async def cancel(self, session_id: str, **more: Any) -> None:
        """End the run of a session; it can be gone on with."""
        session = self._sessions.get(session_id)
        if session is not None and session.under_way is not None:
            session.under_way.cancel()

    async def _served(
        self, name: str, session: _Session, wanted: Asked
    ) -> PromptResponse:
        order = self._order(session, wanted)
        session.run, session.under_way = order.id, RunProcess(order)
        telling, last = Telling(), dict[str, Any]()

        async def take(event: Mapping[str, Any]) -> str | None:
            if event["event"] == "ask":
                return await self._choice(name, session, event)
            if event["event"] in ("result", "failed"):
                last.update(event)
            for update in telling.updates(event):
                await self._tell(name, update)
            return None

        process = session.under_way
        try:
            code = await process.follow(take)
        finally:
            session.under_way = None
        reason, text = _told(last, code, is_cancelled=process.is_cancelled)
        resumable = reason.exit_code in (3, 5, 130, 143) and "document" not in last
        hint = f"\n\n`/resume {order.id}` goes on with it." if resumable else ""
        await self._say(name, f"{text}{hint}")
        return _ended(reason, order.id)

    def _order(self, session: _Session, wanted: Asked) -> Order:
        is_new = not wanted.is_resuming
        return Order(
            folder=str(session.folder),
            id=new_run_id() if is_new else wanted.resumed or session.run,
            request=wanted.request,
            answers=wanted.answers,
            engineering=asdict(self._engineering),
            allow_unsandboxed=self._allow_unsandboxed,
        )

    async def _choice(
        self, name: str, session: _Session, event: Mapping[str, Any]
    ) -> str | None:
        """Ask as the protocol can: by permission; dismissed, the run is cancelled."""
        options = [
            PermissionOption(
                option_id=each,
                name=printable(label),
                kind="reject_once" if each == "no" else "allow_once",
            )
            for each, label in event["options"]
        ]
        title = printable(event["title"])
        call = ToolCallUpdate(
            tool_call_id=f"question {secrets.token_hex(4)}",
            title=title,
            kind="other",
            status="pending",
        )
        assert self._client is not None  # it asked us first
        answer = await self._client.request_permission(
            session_id=name, tool_call=call, options=options
        )
        if isinstance(answer.outcome, AllowedOutcome):
            return answer.outcome.option_id
        await self.cancel(name)
        return None

    def _named(self, session_id: str) -> _Session:
        session = self._sessions.get(session_id)
        if session is None:
            raise RequestError.invalid_params(
                {"details": f"no session {session_id[:80]!r}"}
            )
        return session

    async def _say(self, name: str, text: str) -> None:
        await self._tell(name, update_agent_message_text(text))

    async def _tell(self, name: str, update: Any) -> None:
        assert self._client is not None  # it asked us first
        await self._client.session_update(session_id=name, update=update)


def _folder(named: str) -> Path:
    folder = Path(named)
    if not folder.is_absolute() or not folder.is_dir():
        raise RequestError.invalid_params({"details": f"{named!r} is no folder"})
    return folder


def _told(
    last: Mapping[str, Any], code: int, *, is_cancelled: bool
) -> tuple[StopReason, str]:
    if "document" in last:
        document = last["document"]
        return StopReason.named(document["stop_reason"]), result_text(document)
    if is_cancelled:
        return StopReason.TERMINATED, "Cancelled; what was done is kept."
    if "error" in last:
        return StopReason.named(last["reason"]), failure_text(last["error"])
    told = f"The run's process ended without a result (exit code {code})."
    return StopReason.TOOL_FAILED, told


def _ended(reason: StopReason, run: str) -> PromptResponse:
    exact = {"stop_reason": reason.label, "exit_code": reason.exit_code, "run": run}
    return PromptResponse(
        stop_reason=TURN_ENDS[reason], field_meta={"prodwright": exact}
    )
