"""Work under way: one worker process each, followed line by line."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import anyio
from anyio.abc import ByteReceiveStream, Process, TaskGroup

from prodwright.core.errors import Overloaded, UnknownName
from prodwright.core.stop import StopReason
from prodwright.mcp.work import Order

MOST_AT_ONCE = 4  # each may run a test suite; more would only slow each other down
_MOST_KEPT = 100
_GRACE_SECONDS = 10.0
_WORKER = (sys.executable, "-P", "-m", "prodwright.mcp.worker")
_SECRETS = ("PRODWRIGHT_MCP_TOKEN",)

_CANCELLED = {
    "code": "stopped",
    "message": "cancelled",
    "hint": "the tool `resume` goes on where a run stopped",
}

Tell = Callable[[str], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Job:
    """One piece of work and what is known of it.

    Attributes:
        order: What is done.
        started_at: On the monotonic clock, in seconds.
        steps: Finished steps, with seconds and note.
        under_way: Name of the step that is not finished; empty between steps.
        lines: What to tell somebody who watches, one short line per event.
        result: The document it ended with.
        error: What it failed with: code, message, hint.
        reason: Why it ended; None while it is under way.
        seconds: How long it took; 0 while it is under way.
    """

    order: Order
    started_at: float
    steps: list[dict[str, Any]] = field(default_factory=list)
    under_way: str = ""
    lines: list[str] = field(default_factory=list)
    result: dict[str, Any] | None = None
    error: dict[str, str] | None = None
    reason: StopReason | None = None
    seconds: float = 0.0
    _moved: anyio.Event = field(default_factory=anyio.Event)
    _process: Process | None = None
    _is_cancelled: bool = False
    _told_reason: StopReason = StopReason.TOOL_FAILED

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.reason is not None

    def is_accepted(self) -> bool:
        """Tell whether its first step, which refuses what cannot work, is done."""
        return bool(self.steps)

    def is_begun(self) -> bool:
        """Tell whether the worker has told anything."""
        return bool(self.lines)

    def take(self, event: Mapping[str, Any]) -> None:
        """Take in one event of the worker."""
        match event["event"]:
            case "started":
                self.under_way = event["step"]
                self.lines.append(f"{event['step']} ...")
            case "finished":
                self.under_way = ""
                step = {key: event[key] for key in ("step", "seconds", "note")}
                self.steps.append(step)
                self.lines.append(f"{step['step']} {step['note']}".strip())
            case "note" | "trying":
                self.lines.append(event["text"])
            case "show":
                self.lines.extend(line for line in event["lines"] if line.strip())
            case "result":
                self.result = event["document"]
            case "failed":
                self.error = event["error"]
                self._told_reason = StopReason.named(event["reason"])
        self._move()

    def begin(self, process: Process) -> None:
        """Know who does the work; nothing is done when it was cancelled before."""
        self._process = process
        if self._is_cancelled:
            self.cancel()

    def cancel(self) -> None:
        """Ask the worker to end; what a run has journalled is kept."""
        self._is_cancelled = True
        if self._process is not None and not self.is_over:
            with suppress(ProcessLookupError):
                self._process.terminate()

    def kill(self) -> None:
        """End the worker and everything that it started, at once."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self, exit_code: int) -> None:
        """Settle how it ended, once the worker is gone."""
        self.seconds = round(time.monotonic() - self.started_at, 3)
        self.under_way = ""
        if self.result is not None:
            self.reason = StopReason.named(self.result["stop_reason"])
        elif self.error is not None:
            self.reason = self._told_reason
        elif self._is_cancelled:
            self.reason, self.error = StopReason.TERMINATED, _CANCELLED
        else:
            self.reason, self.error = StopReason.TOOL_FAILED, _unexplained(exit_code)
        self._move()

    async def watch(
        self, seconds: float, tell: Tell, until: Callable[[Job], bool] | None = None
    ) -> None:
        """Wait until the work is over, at most `seconds`, telling what happens.

        Args:
            seconds: Longest to wait.
            tell: Who is told each line, from the first.
            until: What to wait for instead; the end of the work ends it as well.
        """
        told = 0
        with anyio.move_on_after(seconds):
            while True:
                while told < len(self.lines):
                    told += 1
                    await tell(self.lines[told - 1])
                if self.is_over or (until is not None and until(self)):
                    return
                await self._moved.wait()

    def _move(self) -> None:
        self._moved.set()
        self._moved = anyio.Event()


class Jobs:
    """All work of one server.

    Args:
        group: Lives as long as the server; the workers are followed in it.
    """

    def __init__(self, group: TaskGroup) -> None:
        self._group = group
        self._jobs: dict[str, Job] = {}

    def start(self, order: Order) -> Job:
        """Begin the work in a process of its own.

        Raises:
            Overloaded: Too much is under way.
        """
        under_way = [job for job in self._jobs.values() if not job.is_over]
        if len(under_way) >= MOST_AT_ONCE:
            raise Overloaded(
                f"{len(under_way)} pieces of work are under way already",
                hint=f"wait for one, or cancel {under_way[0].order.id}",
            )
        job = Job(order=order, started_at=time.monotonic())
        self._jobs.pop(order.id, None)
        self._jobs[order.id] = job
        self._forget()
        self._group.start_soon(_follow, job)
        return job

    def find(self, job_id: str) -> Job | None:
        """Return the job called so; None when this server does not know it."""
        return self._jobs.get(job_id)

    def named(self, job_id: str) -> Job:
        """Return the job called so.

        Raises:
            UnknownName: This server does not know it.
        """
        job = self.find(job_id)
        if job is None:
            raise UnknownName("job", job_id, known=tuple(self._jobs))
        return job

    async def stop(self, job: Job) -> None:
        """End one job: ask, wait up to 10 seconds, then kill."""
        job.cancel()
        await job.watch(_GRACE_SECONDS, _nobody)
        if not job.is_over:
            job.kill()
            await job.watch(_GRACE_SECONDS, _nobody)

    async def close(self) -> None:
        """End everything; returns when no worker is left."""
        with anyio.CancelScope(shield=True):
            async with anyio.create_task_group() as group:
                for job in self._jobs.values():
                    if not job.is_over:
                        group.start_soon(self.stop, job)

    def _forget(self) -> None:
        over = [key for key, job in self._jobs.items() if job.is_over]
        for key in over[: max(0, len(self._jobs) - _MOST_KEPT)]:
            del self._jobs[key]


async def _follow(job: Job) -> None:
    """Run the worker and take in what it tells; the job is over afterwards."""
    environment = {k: v for k, v in os.environ.items() if k not in _SECRETS}
    try:
        process = await anyio.open_process(
            _WORKER,
            stderr=None,
            cwd=job.order.folder,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        job.end(error.errno or 1)
        return
    async with process:
        job.begin(process)
        await _exchange(job, process)
        job.end(await process.wait())


async def _exchange(job: Job, process: Process) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(anyio.BrokenResourceError):  # it ended before it began
        await process.stdin.send(json.dumps(asdict(job.order)).encode() + b"\n")
    async for line in _lines(process.stdout):
        job.take(json.loads(line))


async def _lines(stream: ByteReceiveStream) -> AsyncIterator[bytes]:
    """Yield whole lines, however the pipe cuts them."""
    begun: list[bytes] = []
    async for chunk in stream:
        *whole, rest = chunk.split(b"\n")
        for line in whole:
            yield b"".join([*begun, line])
            begun = []
        begun.append(rest)


def _unexplained(exit_code: int) -> dict[str, str]:
    return {
        "code": "worker-ended",
        "message": f"the worker ended without a result (exit code {exit_code})",
        "hint": "the log of the server says more; try again",
    }


async def _nobody(line: str) -> None:
    """Nobody watches."""
