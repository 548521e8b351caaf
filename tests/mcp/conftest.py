"""The real client of the SDK against the real server, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

Connect = Callable[..., Client]
BAD = "def collect(item, seen=[]):\n    seen.append(item)\n    return seen\n"
MODES = {"2026-07-28": "2026-07-28", "2025-11-25": "legacy"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


NEWEST, *OLDER = MODES


@pytest.fixture(
    params=[NEWEST, *(pytest.param(each, marks=pytest.mark.nightly) for each in OLDER)]
)
def protocol(request: pytest.FixtureRequest) -> str:
    """The protocol version that clients speak; by night each of them."""
    return str(request.param)


@pytest.fixture(params=MODES)
def each_protocol(request: pytest.FixtureRequest) -> str:
    """Each protocol version, by day, too."""
    return str(request.param)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a server, with a cache of its own."""
    return {**os.environ, "PRODWRIGHT_CACHE_DIR": str(tmp_path / "cache")}


@pytest.fixture
def connect(environment: dict[str, str]) -> Connect:
    """Return a function that makes a client of a server over standard input."""

    def client(
        root: Path, *options: str, protocol: str = "2026-07-28", **more: Any
    ) -> Client:
        words = ["-m", "prodwright", "mcp", "--root", str(root), *options]
        server = StdioServerParameters(
            command=sys.executable, args=words, env=environment, cwd=str(root)
        )
        return Client(
            server, mode=MODES[protocol], read_timeout_seconds=120, cache=None, **more
        )

    return client


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Return a function that starts a server to be driven by hand."""
    started: list[subprocess.Popen[str]] = []

    def process(*options: str, token: str = "") -> subprocess.Popen[str]:
        told = {**environment, **({"PRODWRIGHT_MCP_TOKEN": token} if token else {})}
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "prodwright", "mcp", *options],
                env=told,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield process
    for each in started:
        each.terminate()
        for stream in (each.stdin, each.stdout, each.stderr):
            if stream is not None:
                stream.close()
        each.wait(90)
