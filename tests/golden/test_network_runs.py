"""A run whose work reaches a named host, and whose gate does not."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from golden.conversations import Reply, calls, finish, plan, write
from tests_support import Program, Repository, fits_the_schema

pytestmark = pytest.mark.slow
OPENED = """\
import os, urllib.request


def fetched(address):
    proxy = os.environ.get("http_proxy", "http://127.0.0.1:9")
    handler = urllib.request.ProxyHandler({{"http": proxy}})
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""
    opener = urllib.request.build_opener(handler)
    return opener.open(address, timeout=5).read().decode()


def rate():
    return fetched("http://{place}/rate")
"""
ASKING = "\n\ndef test_the_rate_is_three():\n    assert rate() == '3'\n"


@contextmanager
def answering_three() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server that answers 3, and what it was asked for."""
    asked: list[str] = []

    class Rates(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"3")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Rates) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", asked
        server.shutdown()


def script(place: str) -> list[Reply]:
    """A model that looks at the service, tests it and writes its client."""
    client = OPENED.format(place=place)
    look = f"{client}\nprint('seen', rate())\nfetched('http://localhost:1/other')"
    command = {"command": ["python", "-c", look]}
    return [
        plan("Read the rate.", "the rate is read"),
        calls(("run_command", command)),
        calls(write("tests/test_rates.py", f"from rates import rate{ASKING}")),
        calls(("run_tests", {}), finish("Red.")),
        calls(write("rates.py", client), ("run_tests", {})),
        calls(finish("Green.")),
    ]


def built(
    program: Program, folder: Path, replies: list[Reply], *words: str
) -> tuple[dict[str, Any], list[str], str]:
    """Build; return the document, what the model was told, and what was logged."""
    file = folder.parent / "script.json"
    idle = [calls(finish("Nothing more.")) for _ in range(3)]
    file.write_text(json.dumps([*replies, *idle]))
    command = ["build", "Read the rate.", "--engineer", "model", "--yes", "--json"]
    command += ["--model", f"scripted:{file}", "--python", sys.executable, *words]
    done = program(folder, *command, environment={"PRODWRIGHT_ATTEMPTS": "1"})
    assert done.stdout, done.stderr
    document = fits_the_schema(done.stdout)
    talk = folder / ".prodwright" / "runs" / document["run"] / "conversation.jsonl"
    lines = [json.loads(line) for line in talk.read_text().splitlines()]
    results = [each["result"] for each in lines if ".call." in each["step"]]
    return document, [each["result"]["content"] for each in results], done.stderr


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {each["stage"]: each["outcome"] for each in document["stages"]}


def test_the_work_reaches_a_named_host_and_the_gate_does_not(
    program: Program, repository: Repository
) -> None:
    with answering_three() as (place, asked):
        document, told, logged = built(
            program,
            repository({"README.md": "Rates.\n"}).root,
            script(place),
            *("--allow-host", place),
        )

        assert set(asked) == {"/rate"}
    looked = next(each for each in told if "seen 3" in each)
    refused = "the network refused localhost:1: not among the allowed hosts"
    assert refused in looked
    assert any("1 passed, 0 failed" in each for each in told)
    assert f"the work may reach: {place}" in logged
    assert document["profile"]["network"]["value"] == place
    assert document["network"]["hosts"] == [place]
    assert document["network"]["isolation"].startswith("bubblewrap")
    assert any("without a network" in each for each in document["criteria"])
    assert outcomes(document)["tests"] == "failed"


def test_the_gate_reaches_it_when_the_user_says_so(
    program: Program, repository: Repository
) -> None:
    with answering_three() as (place, _):
        document, _, _ = built(
            program,
            repository({"README.md": "Rates.\n"}).root,
            script(place),
            *("--answer", f"network={place}", "--gate-network"),
        )

    assert outcomes(document)["tests"] == "passed"
    isolation = [each["isolation"] for each in document["stages"]]
    assert any(f"may reach {place}" in each for each in isolation)


def test_without_an_option_nobody_is_reached(
    program: Program, repository: Repository
) -> None:
    with answering_three() as (place, asked):
        profile = f'[network]\nvalue = "{place}"\n'
        document, _, logged = built(
            program,
            repository({".prodwright/profile.toml": profile}).root,
            script(place),
        )

        assert asked == []
    assert f"the profile asks for {place}; allow it with --allow-host {place}" in logged
    assert document["network"] == {"hosts": [], "gate": False, "isolation": ""}


@pytest.mark.parametrize("host", ["*.example.org", "https://example.org", "a:99999"])
def test_what_names_no_host_ends_before_anything_is_begun(
    program: Program, repository: Repository, host: str
) -> None:
    git = repository({"README.md": "Rates.\n"})

    for door in (["build", "Read the rate."], ["harden"]):
        done = program(git.root, *door, "--allow-host", host)

        assert done.returncode == 2
        assert "names no host" in done.stderr
    assert not (git.root / ".prodwright").exists()
