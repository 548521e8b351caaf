"""Over HTTP: this machine only, or with a token."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx2 import AsyncClient, Client, Response
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult

from prodwright.core.errors import ConfigurationInvalid, PathRefused
from prodwright.mcp.serving import Address, Counter, serve_http

pytestmark = [pytest.mark.slow, pytest.mark.anyio]
Start = Callable[..., "subprocess.Popen[str]"]
MODES = {"2026-07-28": "2026-07-28", "2025-11-25": "legacy"}
TOKEN = "0123456789abcdef-for-tests"
ACCEPTED = {"accept": "application/json, text/event-stream"}
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"


def address_of(server: subprocess.Popen[str]) -> str:
    """Return where the server says that it listens."""
    assert server.stderr is not None
    line = server.stderr.readline()
    assert line.startswith("listening on http://"), line
    return line.removeprefix("listening on ").strip()


def post(url: str, **headers: str) -> Response:
    """Send a request as a browser or a stranger would."""
    with Client(headers=ACCEPTED, timeout=90) as client:
        return client.post(url, json=message("tools/list", {}), headers=headers)


def message(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


async def test_clients_on_this_machine_are_served(
    start: Start, tmp_path: Path, protocol: str
) -> None:
    (tmp_path / "a.py").write_text(BAD)
    url = address_of(server := start("--http", "--port", "0", "--root", str(tmp_path)))

    async with McpClient(url, mode=MODES[protocol]) as client:
        spoken = client.protocol_version
        result = await client.call_tool("review", {})

    server.send_signal(signal.SIGTERM)
    assert server.wait(90) == 143
    assert spoken == protocol
    assert result.structured_content["stop_reason"] == "findings"
    assert urlsplit(url).hostname == "127.0.0.1"


async def test_questions_are_asked_over_http_too(
    start: Start, tmp_path: Path, protocol: str
) -> None:
    url = address_of(start("--http", "--port", "0", "--root", str(tmp_path)))
    forms: list[Any] = []

    async def cancel(_context: Any, params: Any) -> ElicitResult:
        forms.append(params)
        return ElicitResult(action="cancel")

    async with McpClient(
        url, mode=MODES[protocol], elicitation_callback=cancel
    ) as client:
        arguments = {"request": "a user authentication system", "into": "auth"}
        result = await client.call_tool("build_start", arguments)

    assert len(forms) == 1
    assert result.structured_content["stop_reason"] == "needs-input"


def test_a_signal_ends_it_with_its_workers_while_clients_are_there(
    start: Start, tmp_path: Path
) -> None:
    server = start("--http", "--port", "0", "--root", str(tmp_path))
    url = address_of(server)
    build = {"request": "a user authentication system", "into": "auth"}
    call = {"name": "build_start", "arguments": build}

    with Client(headers=ACCEPTED, timeout=60) as client:
        opened = client.post(url, json=message("initialize", HELLO))
        session = {"mcp-session-id": opened.headers["mcp-session-id"]}
        client.post(url, json=message("tools/call", call), headers=session)
        told = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
        with client.stream("GET", url, headers=session):
            server.send_signal(signal.SIGTERM)
            code = server.wait(90)

    assert code == 143
    assert told
    assert not [each for each in told.split() if Path(f"/proc/{each}").exists()]


def test_pages_of_other_sites_are_turned_away(start: Start, tmp_path: Path) -> None:
    url = address_of(start("--http", "--port", "0", "--root", str(tmp_path)))

    rebound = post(url, host="evil.example")
    foreign = post(url, origin="http://evil.example")
    near = post(url, origin=f"http://127.0.0.1:{urlsplit(url).port}.evil.example")
    own = post(url)

    assert rebound.status_code == 421
    assert foreign.status_code == 403
    assert near.status_code == 403
    assert own.status_code not in (401, 403, 421)


async def test_a_token_opens_and_nothing_else_does(
    start: Start, tmp_path: Path
) -> None:
    options = ("--http", "--port", "0", "--root", str(tmp_path))
    url = address_of(start(*options, token=TOKEN))
    headers = {"authorization": f"Bearer {TOKEN}"}

    async with (
        AsyncClient(headers=headers, timeout=90) as http,
        McpClient(streamable_http_client(url, http_client=http)) as client,
    ):
        tools = (await client.list_tools()).tools

    assert "prove" in {tool.name for tool in tools}
    assert post(url).status_code == 401
    assert post(url, authorization="Bearer wrong").status_code == 401
    assert post(url, authorization=TOKEN).status_code == 401
    assert post(url, authorization=f"Bearer {TOKEN}x").status_code == 401


@pytest.mark.parametrize(
    ("host", "token", "told"),
    [
        ("0.0.0.0", "", "whoever reaches"),
        ("::", "", "whoever reaches"),
        ("192.0.2.1", "", "whoever reaches"),
        ("0.0.0.0", "short", "5 characters"),
        ("127.0.0.1", "short", "5 characters"),
    ],
)
def test_strangers_are_not_let_in(
    tmp_path: Path, host: str, token: str, told: str
) -> None:
    with pytest.raises(ConfigurationInvalid, match=told):
        serve_http(Counter(root=tmp_path), Address(host=host, port=0, token=token))


def test_a_port_that_is_taken_is_one_line(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PathRefused, match=f"127.0.0.1:{port}"):
            serve_http(Counter(root=tmp_path), Address(host="127.0.0.1", port=port))


def test_the_token_is_no_setting_of_a_review(start: Start, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    server = start("--root", str(tmp_path), token=TOKEN)

    stdout, _ = server.communicate("", timeout=90)

    assert server.returncode == 0
    assert stdout == ""
