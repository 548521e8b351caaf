"""Which files each integration consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

from prodwright.delivery.integrations import merging

# A hook blocks with exit code 2 only: a missing program would let everything pass.
_STOP_COMMAND = "prodwright hook stop || exit 2"
_STOP_SECONDS = 300
_SERVER = {"command": "prodwright", "args": ["mcp"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file of an integration.

    Attributes:
        path: Relative to the repository, `/`-separated.
        merge: Returns the text that should be there, given the one that is (empty
            when there is none) and the path to name in messages.
        text: What is written where nothing was; a file of ours that was edited
            since is told apart by it. Empty for files shared with others.
    """

    path: str
    merge: Callable[[str, str], str]
    text: str = ""


def pieces(name: str, *, persona: str, version: str) -> tuple[Piece, ...]:
    """Return the files of the integration called `name`, one of `NAMES`.

    Args:
        name: Of the integration.
        persona: Definition of the engineer, from which the subagent is made.
        version: Of this package, which the workflow installs.
    """
    return _RECIPES[name](persona, version)


def _claude(persona: str, version: str) -> tuple[Piece, ...]:
    hook = {"type": "command", "command": _STOP_COMMAND, "timeout": _STOP_SECONDS}
    settings = partial(
        merging.with_item,
        keys=("hooks", "Stop"),
        item={"hooks": [hook]},
        telling="prodwright hook stop",
    )
    server = {"type": "stdio", **_SERVER}
    return (
        _ours(".claude/agents/production-engineer.md", _subagent(persona)),
        _ours(".claude/skills/prodwright/SKILL.md", _template("skill.md")),
        Piece(path=".claude/settings.json", merge=settings),
        Piece(path=".mcp.json", merge=_entry("mcpServers", server)),
    )


def _codex(persona: str, version: str) -> tuple[Piece, ...]:
    config = partial(
        merging.with_table,
        keys=("mcp_servers", "prodwright"),
        table=_template("codex.toml"),
    )
    return (
        Piece(path=".codex/config.toml", merge=config),
        _ours(".agents/skills/prodwright/SKILL.md", _template("skill.md")),
        *_agents_md(persona, version),
    )


def _copilot(persona: str, version: str) -> tuple[Piece, ...]:
    server = {"type": "stdio", **_SERVER}
    return (
        _section(".github/copilot-instructions.md"),
        Piece(path=".vscode/mcp.json", merge=_entry("servers", server)),
    )


def _agents_md(persona: str, version: str) -> tuple[Piece, ...]:
    return (_section("AGENTS.md"),)


def _pre_commit(persona: str, version: str) -> tuple[Piece, ...]:
    merge = partial(merging.with_hooks, hooks=_template("hooks.yaml"))
    return (Piece(path=".pre-commit-config.yaml", merge=merge),)


def _github(persona: str, version: str) -> tuple[Piece, ...]:
    workflow = _template("workflow.yml").replace("@VERSION@", version)
    return (_ours(".github/workflows/prodwright.yml", workflow),)


_RECIPES: dict[str, Callable[[str, str], tuple[Piece, ...]]] = {
    "agents-md": _agents_md,
    "claude": _claude,
    "codex": _codex,
    "copilot": _copilot,
    "github": _github,
    "pre-commit": _pre_commit,
}
NAMES = tuple(_RECIPES)


def _subagent(persona: str) -> str:
    """Keep who the engineer is, and tell this agent when and how it is finished."""
    body = persona.split("\n---\n", 1)[-1].strip()
    return _template("subagent.md").replace("@PERSONA@", body)


def _ours(path: str, text: str) -> Piece:
    def merge(present: str, shown: str) -> str:
        return present or text

    return Piece(path=path, merge=merge, text=text)


def _section(path: str) -> Piece:
    return Piece(
        path=path, merge=partial(merging.with_section, section=_template("agents.md"))
    )


def _entry(table: str, server: dict[str, Any]) -> Callable[[str, str], str]:
    return partial(merging.with_entry, keys=(table, "prodwright"), value=server)


def _template(name: str) -> str:
    folder = files("prodwright.delivery.integrations") / "templates"
    return (folder / name).read_text("utf-8")
