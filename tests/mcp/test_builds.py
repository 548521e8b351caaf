"""Builds: asked for, begun, followed, ended, gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp_types import ElicitResult

pytestmark = [pytest.mark.slow, pytest.mark.anyio]
Connect = Callable[..., Any]
REQUEST = {"request": "a user authentication system for our API", "into": "auth"}


class Person:
    """Somebody who answers every form in the same way."""

    def __init__(self, action: str, **content: str) -> None:
        self.forms: list[dict[str, Any]] = []
        self._answer = {"action": action}
        self._content = content if action == "accept" else None

    async def __call__(self, _context: Any, params: Any) -> ElicitResult:
        self.forms.append(params.requested_schema)
        return ElicitResult(**self._answer, content=self._content)  # type: ignore[arg-type]


def answers_of(root: Path) -> dict[str, dict[str, str]]:
    """Return the profile that the only run in `root` works by."""
    (journal,) = (root / "auth/.prodwright/runs").glob("*/journal.jsonl")
    intake = json.loads(journal.read_text().splitlines()[0])
    profile: dict[str, dict[str, str]] = intake["result"]["profile"]["answers"]
    return profile


async def begun(client: Any, **arguments: Any) -> dict[str, Any]:
    """Start a build, end it as soon as it is begun, and return the job."""
    started = await client.call_tool("build_start", {**REQUEST, **arguments})
    assert not started.is_error, started.content
    job: dict[str, Any] = started.structured_content
    await client.call_tool("cancel", {"job": job["job"]})
    return job


async def test_the_answers_of_a_person_shape_what_is_built(
    connect: Connect, tmp_path: Path, protocol: str
) -> None:
    person = Person("accept", clients="browser", peak_logins_per_second="20")

    async with connect(
        tmp_path, protocol=protocol, elicitation_callback=person
    ) as client:
        job = await begun(client, answers={"database": "sqlite"})

    answers = answers_of(tmp_path)
    (form,) = person.forms
    assert form["properties"]["clients"]["enum"] == ["api", "browser"]
    assert "database" not in form["properties"]
    assert job["state"] == "working"
    assert job["steps"][0]["step"] == "intake"
    assert answers["clients"]["origin"] == "answered"
    assert answers["clients"]["value"] == "browser"
    assert answers["peak_logins_per_second"]["value"] == "20"
    assert answers["database"]["value"] == "sqlite"
    assert answers["audit_retention_days"]["origin"] == "assumed"


async def test_whoever_declines_gets_the_defaults_and_is_told(
    connect: Connect, tmp_path: Path, protocol: str
) -> None:
    person = Person("decline")

    async with connect(
        tmp_path, protocol=protocol, elicitation_callback=person
    ) as client:
        job = await begun(client)

    assert len(person.forms) == 1
    assert {each["origin"] for each in answers_of(tmp_path).values()} == {"assumed"}
    assert any("(assumed)" in line for line in job["told"])


async def test_whoever_cancels_the_questions_starts_nothing(
    connect: Connect, tmp_path: Path, protocol: str
) -> None:
    async with connect(
        tmp_path, protocol=protocol, elicitation_callback=Person("cancel")
    ) as client:
        result = await client.call_tool("build_start", REQUEST)

    assert result.is_error
    assert result.structured_content["stop_reason"] == "needs-input"
    assert not (tmp_path / "auth").exists()


async def test_an_answer_that_fits_no_question_is_refused_at_once(
    connect: Connect, tmp_path: Path
) -> None:
    person = Person("accept", clients="browser", peak_logins_per_second="many")

    async with connect(tmp_path, elicitation_callback=person) as client:
        result = await client.call_tool("build_start", REQUEST)

    job = result.structured_content
    assert job["state"] == "failed"
    assert job["stop_reason"] == "input-error"
    assert "peak_logins_per_second" in job["error"]["message"]
    assert not (tmp_path / "auth").exists()


async def test_a_client_that_cannot_ask_is_not_asked(
    connect: Connect, tmp_path: Path, protocol: str
) -> None:
    async with connect(tmp_path, protocol=protocol) as client:
        await begun(client)

    assert {each["origin"] for each in answers_of(tmp_path).values()} == {"assumed"}


async def test_a_build_that_was_ended_is_kept_and_gone_on_with(
    connect: Connect, tmp_path: Path, protocol: str
) -> None:
    async with connect(tmp_path, protocol=protocol) as client:
        job = await begun(client, ask=False)
        name = {"job": job["job"], "wait_seconds": 0}
        ended = (await client.call_tool("poll", name)).structured_content
        here = {"run": job["run"]}
        again = (await client.call_tool("resume", here)).structured_content
        twice = await client.call_tool("resume", here)
        await client.call_tool("cancel", {"job": job["job"]})
    async with connect(tmp_path, protocol=protocol) as client:
        there = {**here, "folder": "auth"}
        later = (await client.call_tool("resume", there)).structured_content
        await client.call_tool("cancel", {"job": job["job"]})

    assert ended["state"] == "cancelled"
    assert ended["stop_reason"] == "terminated"
    assert ended["exit_code"] == 143
    assert job["job"] in ended["next"]
    assert again["job"] == job["job"]
    assert again["state"] in ("working", "failed")
    assert "is under way" in twice.content[0].text
    assert later["job"] == job["job"]
