"""Jobs: how many, how they are told of, and what an unexplained end looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest

from prodwright.core.errors import Overloaded, UnknownName
from prodwright.core.stop import StopReason
from prodwright.mcp.answering import finished, progress
from prodwright.mcp.documents import job_document, plain, shortened
from prodwright.mcp.jobs import MOST_AT_ONCE, Job, Jobs
from prodwright.mcp.work import Order

pytestmark = pytest.mark.anyio


def order(folder: Path, number: int = 0, tool: str = "review") -> Order:
    told = {"paths": [str(folder)], "only": [], "skip": [], "fail_on": ""}
    return Order(
        tool=tool,
        folder=str(folder),
        id=f"job-{number}",
        arguments={**told, "changed_since": ""},
    )


@pytest.mark.slow
async def test_no_more_than_four_work_at_once_and_closing_ends_them(
    tmp_path: Path,
) -> None:
    async with anyio.create_task_group() as group:
        jobs = Jobs(group)
        begun = [jobs.start(order(tmp_path, each)) for each in range(MOST_AT_ONCE)]

        with pytest.raises(Overloaded, match="4 pieces of work"):
            jobs.start(order(tmp_path, 9))
        await jobs.close()

        assert all(job.is_over for job in begun)
        with pytest.raises(UnknownName):
            jobs.named("job-9")


@pytest.mark.slow
async def test_a_worker_that_dies_is_told_of_as_such(tmp_path: Path) -> None:
    async with anyio.create_task_group() as group:
        job = Jobs(group).start(order(tmp_path, tool="no-such-work"))
        with anyio.fail_after(60):
            await job.watch(60, quiet)

    assert job.reason is StopReason.TOOL_FAILED
    assert job.error is not None
    assert job.error["code"] == "worker-ended"
    assert job_document(job)["state"] == "failed"


@pytest.mark.slow
async def test_a_folder_that_is_gone_fails_one_job_only(tmp_path: Path) -> None:
    async with anyio.create_task_group() as group:
        job = Jobs(group).start(order(tmp_path / "gone"))
        with anyio.fail_after(60):
            await job.watch(60, quiet)

    assert job.reason is StopReason.TOOL_FAILED


class Client:
    """A client that is told of progress, and remembers nothing else."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def report_progress(self, _done: float, message: str) -> None:
        self.told.append(message)


@pytest.mark.slow
async def test_a_call_that_is_taken_back_takes_its_work_back(tmp_path: Path) -> None:
    context: Any = Client()
    async with anyio.create_task_group() as group:
        job = Jobs(group).start(order(tmp_path))
        with anyio.move_on_after(0.05) as scope:
            await finished(job, 60, context, 10)
        with anyio.fail_after(60):
            await job.watch(60, quiet)

    assert scope.cancelled_caught
    assert job.reason is StopReason.TERMINATED
    assert job.result is None


async def test_what_steers_a_terminal_is_kept_out_of_progress() -> None:
    context: Any = Client()

    await progress(context)("gate: static \x1b[2J")

    assert context.told == ["gate: static \ufffd[2J"]


def test_a_job_remembers_what_its_worker_told() -> None:
    job = Job(order=order(Path("/"), tool="build_start"), started_at=0)
    job.take({"event": "started", "step": "intake"})
    assert job_document(job)["under_way"] == "intake"
    job.take({"event": "finished", "step": "intake", "seconds": 1.5, "note": ""})
    job.take({"event": "note", "text": "installing"})
    job.take({"event": "show", "lines": ["", "brief"]})
    told = {"code": "stopped", "message": "cancelled", "hint": ""}
    job.take({"event": "failed", "reason": "terminated", "error": told})
    job.end(143)

    document = job_document(job)

    assert document["state"] == "cancelled"
    assert document["steps"] == [{"step": "intake", "seconds": 1.5, "note": ""}]
    assert document["told"][-2:] == ["installing", "brief"]
    assert "resume" in document["next"]


def test_a_result_is_shortened_to_its_worst() -> None:
    severities = ("note", "critical", "low")
    result = {
        "findings": [{"severity": each} for each in severities],
        "verdicts": [{"verdict": "checked"}, {"verdict": "violated"}],
    }

    short = shortened(result, most=2)

    assert [each["severity"] for each in short["findings"]] == ["critical", "low"]
    assert short["verdicts"] == [{"verdict": "violated"}]


def test_no_text_steers_a_terminal() -> None:
    told = plain({"a\x1b": ["\x1b[2J", {"b": "\u202e", "n": 1}], "c": None})

    assert told == {"a�": ["�[2J", {"b": "�", "n": 1}], "c": None}


async def quiet(line: str) -> None:
    """Nobody watches."""
