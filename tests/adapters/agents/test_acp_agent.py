"""What a peer does that it should not ends within limits, in one clear error."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from prodwright.adapters.agents import AgentLimits, Launch, Spoken, Wanted
from prodwright.adapters.agents.acp_agent import AcpAgent
from prodwright.adapters.sandbox import Completed, Errand, find_sandbox
from prodwright.core.errors import AgentFailed

pytestmark = pytest.mark.slow
FAKES = Path(__file__).parents[2] / "fakes"
LIMITS = AgentLimits(
    wall_seconds=30.0, answer_seconds=20.0, silence_seconds=20.0, goodbye_seconds=1.0
)


@dataclass
class Welcoming:
    """A host that permits everything and remembers what it was told."""

    told: list[Mapping[str, object]] = field(default_factory=list)

    def read(self, path: str) -> str:
        return "one\ntwo\nthree\n"

    def write(self, path: str, text: str) -> None:
        self.told.append({path: text})

    def permit(self, wanted: Wanted) -> str:
        return ""

    def run(
        self, command: Sequence[str], seconds: float, stop: threading.Event
    ) -> Completed:
        return Completed(code=0, output="hello", timed_out=not stop.wait(seconds))

    def tell(self, event: Mapping[str, object]) -> None:
        self.told.append(event)


class Peer:
    """One agent process in the sandbox."""

    def __init__(self, folder: Path) -> None:
        self.desk, self.home = folder / "desk", folder / "home"
        self.desk.mkdir()
        self.home.mkdir()
        self.host = Welcoming()

    def plays(self, *acts: list[Any], limits: AgentLimits = LIMITS) -> Spoken:
        script = self.home / "script.json"
        script.write_text(json.dumps([acts]))
        command = (sys.executable, "-I", str(FAKES / "acp_agent.py"), str(script))
        return self.runs(command, limits)

    def runs(self, command: tuple[str, ...], limits: AgentLimits = LIMITS) -> Spoken:
        def errand(seconds: float) -> Errand:
            return Errand(
                command=command,
                folder=self.desk,
                readable=(FAKES,),
                writable=(self.home,),
                timeout_seconds=seconds,
            )

        launch = Launch(
            sandbox=find_sandbox(allow_unsandboxed=False),
            errand=errand,
            folder=self.desk,
        )
        return AcpAgent(name="player").work("Do it.", launch, self.host, limits)


@pytest.fixture
def peer(tmp_path: Path) -> Peer:
    return Peer(tmp_path)


def test_what_it_says_last_is_its_answer(peer: Peer) -> None:
    spoken = peer.plays(["say", "Let me see."], ["tool", "look"], ["say", "Done\x1b."])

    assert spoken.text == "Done\N{REPLACEMENT CHARACTER}."
    assert (spoken.stop, spoken.version) == ("end_turn", "1.2")
    assert spoken.name == "player\N{REPLACEMENT CHARACTER}[2J"


@pytest.mark.parametrize("reason", ["max_tokens", "max_turn_requests", "refusal"])
def test_its_reason_to_stop_is_told(peer: Peer, reason: str) -> None:
    assert peer.plays(["stop", reason]).stop == reason


def test_time_ends_one_that_listens(peer: Peer) -> None:
    limits = AgentLimits(wall_seconds=1.0, goodbye_seconds=5.0)

    assert peer.plays(["say", "So far."], ["wait"], limits=limits).stop == "time"


def test_time_ends_one_that_does_not_listen(peer: Peer) -> None:
    began = time.monotonic()

    limits = AgentLimits(wall_seconds=1.0, goodbye_seconds=0.5)

    assert peer.plays(["hang"], limits=limits).stop == "time"
    assert time.monotonic() - began < 15


def test_silence_ends_one_that_hangs(peer: Peer) -> None:
    limits = AgentLimits(silence_seconds=1.0, goodbye_seconds=0.5)

    with pytest.raises(AgentFailed, match="silent for 1 s"):
        peer.plays(["hang"], limits=limits)


def test_it_is_not_silent_while_it_waits_for_us(peer: Peer) -> None:
    limits = AgentLimits(silence_seconds=1.0, terminal_seconds=2.5)

    assert peer.plays(["run", "python", "x.py"], limits=limits).stop == "end_turn"


@pytest.mark.parametrize(
    ("acts", "told"),
    [
        ([["die"]], r"exit code 3: out of luck\ufffd\[2J"),
        ([["login"]], "wants you to log in"),
        ([["garbage", "{ no json\n" * 30], ["hang"]], "does not speak the protocol"),
        (
            [["garbage", '{"jsonrpc": "2.0", "id": 2, "result": 7}\n'], ["hang"]],
            "does not keep to the protocol",
        ),
    ],
)
def test_what_goes_wrong_is_one_clear_error(
    peer: Peer, acts: list[list[Any]], told: str
) -> None:
    with pytest.raises(AgentFailed, match=told):
        peer.plays(*acts)


def test_a_flood_is_ended(peer: Peer) -> None:
    limits = AgentLimits(most_messages=5_000, goodbye_seconds=0.5)

    with pytest.raises(AgentFailed, match="more than 5,000 messages"):
        peer.plays(["flood"], limits=limits)


def test_a_message_without_end_is_ended(peer: Peer) -> None:
    limits = AgentLimits(most_line_bytes=1_000_000, goodbye_seconds=0.5)

    with pytest.raises(AgentFailed, match="more than 1,000,000 bytes"):
        peer.plays(["long"], limits=limits)


def test_a_greeting_that_is_no_message_is_passed_over(peer: Peer) -> None:
    spoken = peer.plays(["garbage", "Loaded.\n"], ["say", "Hello."])

    assert spoken.text == "Hello."


def test_a_program_that_is_no_agent_is_told(peer: Peer) -> None:
    with pytest.raises(AgentFailed, match="ended before it had answered"):
        peer.runs((sys.executable, "-I", "-c", "print('usage: agent')"))


def test_nothing_is_logged_of_what_it_sends(
    peer: Peer, capfd: pytest.CaptureFixture[str]
) -> None:
    bad = '{"jsonrpc": "2.0", "method": "session/update", "params": {"x\\u001b": 1}}\n'

    peer.plays(["garbage", bad], ["garbage", "[1\x1b]\n"], ["say", "Done."])

    assert capfd.readouterr().err == ""
