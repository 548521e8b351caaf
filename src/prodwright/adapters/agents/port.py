"""What an agent is given, what it may ask for, and what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from prodwright.adapters.sandbox import Completed, Errand, Sandbox
from prodwright.core.conversation import Usage

MOST_TEXT_CHARACTERS = 20_000  # of what an agent says at the end; about 5,000 tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something that an agent asks permission for.

    Attributes:
        kind: As the protocol names it: `execute`, `edit`, `read`, `fetch` and others;
            empty when the agent does not say.
        title: What the agent calls it.
        command: The command line, when it is one; empty otherwise.
        paths: What it concerns, as the agent names them.
    """

    kind: str
    title: str = ""
    command: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """How an agent answered one prompt.

    Attributes:
        text: What it said last, bounded and printable.
        stop: Why it ended: `end_turn`, `max_tokens`, `max_turn_requests`, `refusal`,
            `cancelled` as the protocol has them, or `time` for our own limit.
        name: As it stated it, bounded and printable.
        version: As it stated it; empty when it did not.
        usage: As it stated it; one request in any case.
    """

    text: str
    stop: str
    name: str
    version: str = ""
    usage: Usage = field(default_factory=lambda: Usage(requests=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLimits:
    """What an agent may take for one prompt; hard.

    Attributes:
        wall_seconds: For all of it.
        answer_seconds: Until it has said who it is and opened a session.
        silence_seconds: Without any message while nothing is asked of us. Models
            that think say nothing for minutes.
        goodbye_seconds: Between being told to stop and being ended.
        most_line_bytes: Of one message.
        most_bytes: Of all messages.
        most_messages: A streamed answer is one message per few words.
        most_garbage: Lines that are no messages; some agents print a greeting.
        most_terminals: Commands under way at once.
        terminal_seconds: For one command.
    """

    wall_seconds: float = 3_600.0
    answer_seconds: float = 120.0
    silence_seconds: float = 900.0
    goodbye_seconds: float = 5.0
    most_line_bytes: int = 8_000_000
    most_bytes: int = 256_000_000
    most_messages: int = 200_000
    most_garbage: int = 20
    most_terminals: int = 4
    terminal_seconds: float = 600.0


class Host(Protocol):
    """Answers what an agent asks of us. Every refusal is an `InputError`."""

    def read(self, path: str) -> str:
        """Return the text of a file of the desk."""

    def write(self, path: str, text: str) -> None:
        """Write a file of the desk."""

    def permit(self, wanted: Wanted) -> str:
        """Return nothing to permit it, else why not."""

    def run(
        self, command: Sequence[str], seconds: float, stop: threading.Event
    ) -> Completed:
        """Run a command that was permitted, in the sandbox of the project."""

    def tell(self, event: Mapping[str, object]) -> None:
        """Take in something that the agent said or did, as data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How an agent is started for one prompt.

    Attributes:
        sandbox: Where it runs.
        errand: Makes the errand from the seconds that it may take.
        folder: The desk, which the agent is told to work in.
    """

    sandbox: Sandbox
    errand: Callable[[float], Errand]
    folder: Path


class Agent(Protocol):
    """Works on the files of the desk until it says that it is done."""

    @property
    def name(self) -> str:
        """What the user knows it by."""

    def work(
        self, prompt: str, launch: Launch, host: Host, limits: AgentLimits
    ) -> Spoken:
        """Return how it answered `prompt`.

        Raises:
            AgentFailed: It does not start, answer, end, or keep to its protocol.
            SandboxUnavailable: It cannot be isolated.
        """
