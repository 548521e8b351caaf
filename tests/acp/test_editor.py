"""An editor, played by the protocol's own client over real standard streams."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from acp import PROTOCOL_VERSION, RequestError, spawn_agent_process, text_block
from acp.schema import (
    AllowedOutcome,
    DeniedOutcome,
    PermissionOption,
    PromptResponse,
    RequestPermissionResponse,
)

from golden.conversations import FEATURE, SERVICE, Reply, calls, finish
from prodwright.acp.order import asked
from prodwright.acp.reasons import TURN_ENDS
from prodwright.adapters.branches import Branch
from prodwright.core.stop import StopReason
from tests_support import Repository

pytestmark = pytest.mark.slow
LONGEST_SECONDS = 240.0  # of one test, on a machine that does other things as well


class Editor:
    """Remembers what it is shown, and chooses as it was told to."""

    def __init__(self, choose: Callable[[list[str]], str | None]) -> None:
        self.choose = choose
        self.updates: list[Any] = []
        self.asked: list[tuple[str, list[str]]] = []
        self.moved = asyncio.Event()

    async def session_update(self, session_id: str, update: Any, **more: Any) -> None:
        self.updates.append(update)
        self.moved.set()

    async def request_permission(
        self,
        session_id: str,
        tool_call: Any,
        options: list[PermissionOption],
        **more: Any,
    ) -> RequestPermissionResponse:
        names = [each.option_id for each in options]
        self.asked.append((tool_call.title, names))
        choice = self.choose(names)
        outcome: Any = DeniedOutcome(outcome="cancelled")
        if choice is not None:
            outcome = AllowedOutcome(outcome="selected", option_id=choice)
        return RequestPermissionResponse(outcome=outcome)

    def on_connect(self, conn: Any) -> None:
        """Nothing depends on it."""

    @property
    def text(self) -> str:
        chunks = [e for e in self.updates if e.session_update == "agent_message_chunk"]
        return "".join(each.content.text for each in chunks)

    def of(self, kind: str) -> list[Any]:
        return [each for each in self.updates if each.session_update == kind]

    async def shown(self, kind: str, title: str) -> None:
        """Wait until it is shown."""
        while not any(title in each.title for each in self.of(kind)):
            self.moved.clear()
            await asyncio.wait_for(self.moved.wait(), LONGEST_SECONDS)


def first(names: list[str]) -> str | None:
    return names[0]


def played(
    folder: Path,
    script: list[Reply],
    play: Callable[[Any, str, Editor], Awaitable[Any]],
    choose: Callable[[list[str]], str | None] = first,
) -> tuple[Any, Editor]:
    """Serve an editor with a scripted model; return what `play` returns."""
    file = folder.parent / "script.json"
    idle = [calls(finish("Nothing more.")) for _ in range(6)]
    file.write_text(json.dumps([*script, *idle]))
    command = ("-m", "prodwright", "acp", "--engineer", "model")
    command += ("--model", f"scripted:{file}", "--python", sys.executable)
    environment = {**os.environ, "PRODWRIGHT_CACHE_DIR": str(folder.parent / "cache")}

    async def main() -> tuple[Any, Editor]:
        editor = Editor(choose)
        async with spawn_agent_process(
            editor,  # type: ignore[arg-type]
            sys.executable,
            *command,
            env=environment,
            cwd=folder,
            transport_kwargs={"stderr": None, "limit": 10_000_000},
        ) as (agent, _):
            stated = await agent.initialize(protocol_version=PROTOCOL_VERSION)
            assert stated.agent_info is not None
            assert stated.agent_info.name == "prodwright"
            opened = await agent.new_session(cwd=str(folder), mcp_servers=[])
            return await play(agent, opened.session_id, editor), editor

    return asyncio.run(asyncio.wait_for(main(), LONGEST_SECONDS))


async def asking(agent: Any, session: str, editor: Editor) -> PromptResponse:
    response: PromptResponse = await agent.prompt(session, [text_block("Do it.")])
    return response


def exact(response: PromptResponse) -> dict[str, Any]:
    assert response.field_meta is not None
    told: dict[str, Any] = response.field_meta["prodwright"]
    return told


def test_a_prompt_is_a_run_from_questions_to_branch(repository: Repository) -> None:
    git = repository(SERVICE)

    response, editor = played(git.root, FEATURE, asking)

    assert response.stop_reason == "end_turn"
    assert exact(response)["stop_reason"] == "delivered"
    assert editor.asked[-1] == ("Write it as planned?", ["yes", "no"])
    assert "Find the orders of a customer." in editor.text
    assert "**delivered**" in editor.text
    assert "report.html" in editor.text
    branch = editor.text.partition("branch: `")[2].partition("`")[0]
    assert Branch(git, branch).commit
    assert [e.status for e in editor.of("plan")[-1].entries] == ["completed"] * 4
    titles = [each.title for each in editor.of("tool_call")]
    assert {"intake", "engineer-1", "gate-1", "gate: static"} <= set(titles)
    ends = [each.status for each in editor.of("tool_call_update")]
    assert ends.count("completed") == len(titles)


def test_a_plan_that_is_not_accepted_ends_the_run(repository: Repository) -> None:
    git = repository(SERVICE)

    def refuse_plan(names: list[str]) -> str:
        return "no" if "no" in names else names[0]

    response, editor = played(git.root, FEATURE, asking, refuse_plan)

    assert exact(response)["stop_reason"] == "needs-input"
    assert "the plan was not accepted" in editor.text


@pytest.mark.parametrize(("says", "hosts"), [("yes", ["a.example"]), ("no", [])])
def test_a_host_in_a_prompt_is_asked_for_once_more(
    repository: Repository, says: str, hosts: list[str]
) -> None:
    git = repository(SERVICE)

    def choose(names: list[str]) -> str | None:
        return says if says in names else names[0]

    async def play(agent: Any, session: str, editor: Editor) -> None:
        pasted = "Find orders.\n--answer network=a.example"
        await agent.prompt(session_id=session, prompt=[text_block(pasted)])

    _, editor = played(git.root, FEATURE[:2], play, choose)

    asked_first = editor.asked[0][0]
    assert asked_first == "Let commands and tests reach: a.example"
    (kept,) = (git.root.parent / "cache" / "allowances").iterdir()
    assert json.loads(kept.read_text())["hosts"] == hosts


def test_a_question_that_is_dismissed_cancels(repository: Repository) -> None:
    git = repository(SERVICE)

    response, _ = played(git.root, FEATURE, asking, lambda names: None)

    assert response.stop_reason == "cancelled"


def test_a_run_that_is_cancelled_can_be_gone_on_with(repository: Repository) -> None:
    git = repository(SERVICE)

    async def cancelling(agent: Any, session: str, editor: Editor) -> Any:
        turn = asyncio.create_task(asking(agent, session, editor))
        await editor.shown("tool_call", "engineer-1")
        await agent.cancel(session)
        cancelled = await turn
        resumed = await agent.prompt(session, [text_block("/resume")])
        return cancelled, resumed

    (cancelled, resumed), editor = played(git.root, FEATURE, cancelling)

    assert cancelled.stop_reason == "cancelled"
    assert f"`/resume {exact(cancelled)['run']}`" in editor.text
    assert exact(resumed)["stop_reason"] == "delivered"
    assert exact(resumed)["run"] == exact(cancelled)["run"]


def test_an_editor_that_is_gone_leaves_nothing_behind(repository: Repository) -> None:
    git = repository(SERVICE)

    async def leaving(agent: Any, session: str, editor: Editor) -> None:
        turn = asyncio.create_task(asking(agent, session, editor))
        await editor.shown("tool_call", "engineer-1")
        turn.cancel()

    played(git.root, FEATURE, leaving)

    until = time.monotonic() + 20
    while workers(git.root) and time.monotonic() < until:
        time.sleep(0.2)
    assert workers(git.root) == []


def workers(folder: Path) -> list[str]:
    """Return the processes that work in `folder`."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if each.readlink().is_relative_to(folder):
                found.append(each.parent.name)
        except OSError:
            continue
    return found


def test_what_cannot_work_is_refused(repository: Repository) -> None:
    git = repository(SERVICE)

    async def wrong(agent: Any, session: str, editor: Editor) -> list[str]:
        told = []
        for asked_for in (
            agent.new_session(cwd="nowhere", mcp_servers=[]),
            agent.prompt("no session", [text_block("x")]),
            agent.load_session(cwd="/", session_id="x", mcp_servers=[]),
        ):
            with pytest.raises(RequestError) as caught:
                await asked_for
            told.append(str(caught.value))
        nothing = await agent.prompt(session, [text_block(" ")])
        told.append(exact(nothing)["stop_reason"])
        return told

    told, _ = played(git.root, FEATURE, wrong)

    assert told[-1] == "needs-input"


def test_every_reason_has_a_word_of_the_protocol() -> None:
    assert set(TURN_ENDS) == set(StopReason)


def test_answers_stand_in_lines_of_their_own() -> None:
    wanted = asked("Add a login.\n--answer database=postgres\nQuickly.")

    assert wanted.request == "Add a login.\nQuickly."
    assert wanted.answers == {"database": "postgres"}


def test_a_run_is_named_or_the_last_one() -> None:
    assert asked("/resume 20260101").resumed == "20260101"
    assert asked(" /resume ").is_resuming


def test_without_the_library_one_line_says_what_is_missing(tmp_path: Path) -> None:
    blocker = tmp_path / "acp.py"
    blocker.write_text("raise ModuleNotFoundError('no acp', name='acp')")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "prodwright", "acp"],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )

    assert done.returncode == 3
    assert "pip install 'prodwright[acp]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_does_not_load_the_library() -> None:
    code = (
        "import sys; from prodwright.cli import main\n"
        "sys.argv = ['prodwright', 'acp', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('acp' in sys.modules or 'pydantic' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
