"""The agents that are known by name, as data; any other is named by its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from prodwright.core.errors import AgentFailed, ConfigurationInvalid

HEADLESS = "headless:"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgent:
    """One agent and how it is started.

    Attributes:
        acp: Command that speaks the protocol over its standard streams.
        headless: Command that reads a prompt from its standard input, works and ends;
            it is taken where the first one is not installed. It must not ask for
            permission: the sandbox is what confines it.
        hosts: What it usually has to reach; shown as advice, never granted unasked.
        variables: What usually holds its key; the same.
    """

    acp: tuple[str, ...]
    headless: tuple[str, ...]
    hosts: tuple[str, ...]
    variables: tuple[str, ...]


# Sources: each agent's own documentation and the registry of the protocol, 2026-11.
KNOWN: Mapping[str, KnownAgent] = MappingProxyType(
    {
        "claude": KnownAgent(
            acp=("claude-agent-acp",),
            headless=("claude", "-p", "--permission-mode", "acceptEdits"),
            hosts=("api.anthropic.com",),
            variables=("ANTHROPIC_API_KEY",),
        ),
        "codex": KnownAgent(
            acp=("codex-acp",),
            headless=(
                *("codex", "exec", "--skip-git-repo-check"),
                *("--sandbox", "workspace-write", "-"),
            ),
            hosts=("api.openai.com", "chatgpt.com"),
            variables=("OPENAI_API_KEY",),
        ),
        "gemini": KnownAgent(
            acp=("gemini", "--experimental-acp"),
            headless=("gemini", "--approval-mode", "auto_edit"),
            hosts=("generativelanguage.googleapis.com",),
            variables=("GEMINI_API_KEY",),
        ),
        "goose": KnownAgent(
            acp=("goose", "acp"),
            headless=("goose", "run", "--no-session", "--instructions", "-"),
            hosts=(),
            variables=("GOOSE_PROVIDER", "GOOSE_MODEL"),
        ),
        "opencode": KnownAgent(
            acp=("opencode", "acp"),
            headless=("opencode", "run"),
            hosts=(),
            variables=(),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An agent that was found.

    Attributes:
        name: Known by it, or the program's.
        command: Its words; the program as it was named.
        speaks_acp: Whether it speaks the protocol; else it reads a prompt and ends.
    """

    name: str
    command: tuple[str, ...]
    speaks_acp: bool


def chosen_agent(named: str, find: Callable[[str], str | None]) -> Chosen:
    """Return the agent that `named` means.

    Args:
        named: A known name, a command that speaks the protocol, or `headless:` and a
            command that reads a prompt and ends.
        find: Returns the path of a program; None when it is not installed.

    Raises:
        ConfigurationInvalid: It is no command.
        AgentFailed: It is not installed.
    """
    known = KNOWN.get(named)
    if known is None:
        speaks = not named.startswith(HEADLESS)
        words = _words(named.removeprefix(HEADLESS))
        name = PurePath(words[0]).name
        candidates = [Chosen(name=name, command=words, speaks_acp=speaks)]
    else:
        candidates = [
            Chosen(name=named, command=known.acp, speaks_acp=True),
            Chosen(name=named, command=known.headless, speaks_acp=False),
        ]
    for each in candidates:
        if find(each.command[0]) is not None:
            return each
    programs = dict.fromkeys(each.command[0] for each in candidates)
    raise AgentFailed(
        f"agent {named!r}: {' or '.join(programs)} is not installed",
        hint=f"install it, name one of {', '.join(KNOWN)}, or give its command",
    )


def _words(command: str) -> tuple[str, ...]:
    import shlex

    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise ConfigurationInvalid(
            f"agent {command!r}: {error}", hint="quote it as for a shell"
        ) from error
    if not words:
        raise ConfigurationInvalid(
            "the agent's command is empty", hint=f"name one of {', '.join(KNOWN)}"
        )
    return words
