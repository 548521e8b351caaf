"""Drives a command that reads a prompt, works, and ends."""

from __future__ import annotations

import contextlib
import os
import select
from dataclasses import dataclass

from prodwright.adapters.agents.port import (
    MOST_TEXT_CHARACTERS,
    AgentLimits,
    Host,
    Launch,
    Spoken,
)
from prodwright.adapters.sandbox import Completed, Conversation, open_conversation
from prodwright.adapters.sandbox.captured_output import CapturedOutput
from prodwright.core.errors import AgentFailed

_CHUNK_BYTES = 1 << 16
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlessAgent:
    """A command without the protocol: its permissions are those of the sandbox.

    Attributes:
        name: What the user knows it by.
    """

    name: str

    def work(
        self, prompt: str, launch: Launch, host: Host, limits: AgentLimits
    ) -> Spoken:
        """Return what it printed last; exit code 0 means that it handed over.

        Raises:
            AgentFailed: It ended with another code, or went over a limit but time.
            SandboxUnavailable: It cannot be isolated.
        """
        errand = launch.errand(limits.wall_seconds)
        with open_conversation(launch.sandbox, errand) as conversation:
            printed = _exchanged(conversation, prompt.encode())
            done = conversation.end_by_itself()
        text = printed.text[-MOST_TEXT_CHARACTERS:].strip()
        host.tell({"printed": text, "code": done.code})
        if done.timed_out:
            return Spoken(text=text, stop="time", name=self.name)
        if done.code != 0 or done.exceeded is not None:
            raise AgentFailed(
                f"agent {self.name!r} ended {_how(done, text)}",
                hint="run its command by hand; the run can be resumed",
            )
        return Spoken(text=text, stop="end_turn", name=self.name)


def _exchanged(conversation: Conversation, prompt: bytes) -> CapturedOutput:
    """Send the prompt while taking in what is printed, until it prints no more."""
    printed = CapturedOutput()
    os.set_blocking(conversation.input, False)
    left = memoryview(prompt)
    while True:
        sending = [conversation.input] if left else []
        reading, writing, _ = select.select(
            [conversation.output], sending, [], _LOOK_SECONDS
        )
        if writing:
            left = _sent(conversation, left)
        if reading:
            chunk = os.read(conversation.output, _CHUNK_BYTES)
            if not chunk:
                return printed
            printed.add(chunk)


def _sent(conversation: Conversation, left: memoryview) -> memoryview:
    """Send a piece; at the end, or when nobody reads, the input is closed."""
    with contextlib.suppress(BlockingIOError):
        try:
            left = left[os.write(conversation.input, left[:_CHUNK_BYTES]) :]
        except BrokenPipeError:
            left = left[:0]
    if not left:
        conversation.close_input()
    return left


def _how(done: Completed, text: str) -> str:
    if done.exceeded is not None:
        return f"at its limit of {done.exceeded}"
    said = (done.output.strip() or text).splitlines() or ["no message"]
    return f"with exit code {done.code}: {said[-1][:300]}"
