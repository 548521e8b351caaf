"""`prodwright init`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from prodwright.api.initialising import Plan

_EPILOG = """\b
  claude      subagent, skill, Stop hook and MCP server of Claude Code
  codex       MCP server and skill of Codex, AGENTS.md
  copilot     copilot-instructions.md, MCP server of VS Code
  agents-md   AGENTS.md
  pre-commit  hooks: what changed on commit, everything on push
  github      workflow: findings to code scanning, and a step summary

What is there is merged with or left alone; a second time changes nothing.
"""
_NAMES = ("agents-md", "claude", "codex", "copilot", "github", "pre-commit")
_COLOURS = {"+": "32", "-": "31", "@": "36"}


@click.command(epilog=_EPILOG)
@click.argument("name", type=click.Choice(_NAMES))
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(*, name: str, yes: bool, as_json: bool) -> int:
    """Tell other tools about prodwright; shows the difference first."""
    from prodwright.api.initialising import plan, write
    from prodwright.cli.output import print_json
    from prodwright.core.errors import NeedsInput

    planned = plan(name, Path.cwd())
    if not as_json:
        _show(planned)
    agreed = yes or (_ask() if planned.changes else False)
    if agreed:
        write(planned)
    if as_json:
        print_json(planned.document(written=bool(agreed and planned.changes)))
    elif agreed and planned.changes:
        click.echo(f"written: {len(planned.changes)} files", err=True)
    if agreed is None:
        raise NeedsInput(
            "nothing was written: nobody is there to agree", hint="add --yes"
        )
    return 0


def _ask() -> bool | None:
    """Return what a person says; None when nobody is there."""
    from prodwright.cli.output import is_interactive

    if not is_interactive():
        return None
    return click.confirm("write this?", err=True)


def _show(planned: Plan) -> None:
    from prodwright.cli.output import style_for
    from prodwright.core.printing import printable

    style = style_for(sys.stdout)
    for line in planned.diff().splitlines():
        code = _COLOURS.get(line[:1])
        text = printable(line)
        click.echo(style.paint(text, code) if code else text, color=style.coloured)
    for path in planned.kept:
        click.echo(f"left alone: {path} was edited", err=True)
    if not planned.changes:
        click.echo("nothing to do", err=True)
