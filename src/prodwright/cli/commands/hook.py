"""`prodwright hook`."""

from __future__ import annotations

import click

_BLOCKED = 2  # the only exit code that keeps an agent from going on
_MOST_BYTES = 10_000_000
_DISABLE = (
    "prodwright could not judge the work, so it does not count as done; to switch the "
    "hook off, remove `prodwright hook stop` from .claude/settings.json"
)


@click.group()
def command() -> None:
    """Commands that agents run by themselves; see `prodwright init`."""


@command.command("stop")
def stop_command() -> int:
    """Keep an agent from ending while changed files have findings.

    Reads the hook's JSON on standard input. Exit codes: 0 it may end, 2 it may not; the
    reason is on standard error. Whatever fails here keeps it, too.
    """
    import sys

    try:
        return _stop()
    except Exception as error:  # noqa: BLE001 - whatever fails must not let pass
        hint = getattr(error, "hint", "")
        _tell(f"error: {str(error) or type(error).__name__}", hint, _DISABLE)
        sys.stderr.flush()
        return _BLOCKED


def _stop() -> int:
    import os
    import sys
    from pathlib import Path

    from prodwright.api.hooking import may_stop

    told = sys.stdin.buffer.read(_MOST_BYTES) if sys.stdin is not None else b""
    decided = may_stop(told, Path.cwd(), os.environ)
    _tell(*decided.lines)
    return _BLOCKED if decided.blocks else 0


def _tell(*lines: str) -> None:
    from prodwright.core.printing import printable

    for line in lines:
        if line:
            click.echo(printable(line), err=True)
