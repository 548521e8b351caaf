"""Which agent a name or a command means."""

from __future__ import annotations

import pytest

from prodwright.adapters.agents.known import KNOWN, chosen_agent
from prodwright.core.errors import AgentFailed, ConfigurationInvalid


def having(*programs: str) -> object:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize("name", KNOWN)
def test_the_protocol_is_preferred(name: str) -> None:
    known = KNOWN[name]
    find = having(known.acp[0], known.headless[0])

    chosen = chosen_agent(name, find)  # type: ignore[arg-type]

    assert (chosen.command, chosen.speaks_acp) == (known.acp, True)


def test_without_it_the_command_serves() -> None:
    chosen = chosen_agent("claude", having("claude"))  # type: ignore[arg-type]

    assert chosen.command[:2] == ("claude", "-p")
    assert not chosen.speaks_acp


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(AgentFailed, match="codex-acp or codex is not installed"):
        chosen_agent("codex", having())  # type: ignore[arg-type]


def test_any_command_will_do() -> None:
    chosen = chosen_agent("mine --flag 'a b'", having("mine"))  # type: ignore[arg-type]

    assert chosen.command == ("mine", "--flag", "a b")
    assert chosen.speaks_acp


def test_a_command_may_do_without_the_protocol() -> None:
    chosen = chosen_agent("headless:mine -q", having("mine"))  # type: ignore[arg-type]

    assert (chosen.command, chosen.speaks_acp) == (("mine", "-q"), False)


@pytest.mark.parametrize("named", ["headless:", " ", "mine 'open"])
def test_what_is_no_command_is_refused(named: str) -> None:
    with pytest.raises(ConfigurationInvalid):
        chosen_agent(named, having("mine"))  # type: ignore[arg-type]
