"""A provider that fails while a build is under way: survived, or ended clearly."""

from __future__ import annotations

import sys
from subprocess import CompletedProcess

import pytest

from fakes.openai_server import Entry, Server
from golden.conversations import FEATURE, SERVICE, calls, finish
from tests_support import Program, Repository, fits_the_schema

pytest.importorskip("pydantic_ai")
pytestmark = pytest.mark.slow
IDLE = [calls(finish("Nothing more."))] * 3
KEY = "sk-very-own-key-0123456789abcdef"


def build(
    program: Program, folder: object, server: Server, *words: str
) -> CompletedProcess[str]:
    command = ["build", "Find orders.", "--engineer", "model", "--yes", "--json"]
    command += ["--model", "local:fake-1", "--base-url", server.url]
    command += ["--python", sys.executable, *words]
    told = {"PRODWRIGHT_MODEL_KEY_VARIABLE": "FAKE_API_KEY", "FAKE_API_KEY": KEY}
    return program(folder, *command, environment=told)


def test_a_run_survives_whatever_passes(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    nonsense = calls(("no_such_tool", {}), ("edit_file", {"path": 3}))
    malformed = {"calls": [{"name": "read_file", "arguments": '{"path": '}]}
    entries: list[Entry] = [
        *("rate-limited", FEATURE[0], "cut", nonsense, FEATURE[1], malformed),
        *("malformed-event", FEATURE[2], "unavailable", FEATURE[3], FEATURE[4]),
        *("rate-limited-for-2", FEATURE[5], "empty", *FEATURE[6:], *IDLE),
    ]

    with Server(entries) as server:
        done = build(program, git.root, server)

    document = fits_the_schema(done.stdout)
    assert (document["stop_reason"], done.returncode) == ("delivered", 0)
    assert set(server.play.keys) == {f"Bearer {KEY}"}


def test_a_key_is_found_nowhere_afterwards(
    program: Program, repository: Repository
) -> None:
    git = repository({**SERVICE, "README.md": f"The key is {KEY}.\n"})
    reads = calls(("read_file", {"path": "README.md"}))

    with Server([reads, *FEATURE, *IDLE]) as server:
        done = build(program, git.root, server)

    kept = [
        file
        for file in (git.root / ".prodwright").rglob("*")
        if file.is_file() and KEY.encode() in file.read_bytes()
    ]
    assert kept == []
    assert KEY not in done.stdout + done.stderr
    assert not any(KEY in str(body) for body in server.play.asked)


def test_a_provider_that_is_gone_ends_the_run_and_the_run_goes_on_later(
    program: Program, repository: Repository
) -> None:
    git = repository(SERVICE)
    entries: list[Entry] = [*FEATURE[:3], *["broken"] * 5, *FEATURE[3:], *IDLE]

    with Server(entries) as server:
        ended = build(program, git.root, server)
        before = server.play.digests()
        run = sorted((git.root / ".prodwright/runs").glob("2*"))[-1].name
        environment = {"FAKE_API_KEY": KEY}
        environment["PRODWRIGHT_MODEL_KEY_VARIABLE"] = "FAKE_API_KEY"
        resumed = program(
            git.root, "runs", "resume", run, "--json", environment=environment
        )
        after = server.play.digests()[len(before) :]

    assert ended.returncode == 3
    assert "does not answer" in ended.stderr
    assert "resume" in ended.stderr
    assert resumed.returncode == 0, resumed.stderr
    assert not set(before[:3]) & set(after)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("unauthorized", "refuses the key"),
        ("unknown-model", "no such model"),
        ("quota", "the quota is used up"),
        ("refusal", "refuses to answer this"),
    ],
)
def test_what_will_not_pass_ends_the_run_in_one_clear_line(
    program: Program, repository: Repository, fault: str, told: str
) -> None:
    git = repository(SERVICE)

    with Server([fault]) as server:
        done = build(program, git.root, server)

    assert done.returncode == 3
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(server.play.asked) == 1
