"""Opens a plan in the editor of the person at the terminal."""

from __future__ import annotations

import click

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.plan import Plan
from prodwright.core.plan_text import plan_text, read_plan
from prodwright.core.printing import printable


def edited_plan(plan: Plan) -> Plan | None:
    """Return `plan` as the person saved it; None when it is to stay as it is.

    What cannot be read as a plan is kept, told in one line, and opened again.
    """
    from prodwright.practices import load_practices

    known = frozenset(each.name for each in load_practices())
    before = text = plan_text(plan)
    while True:
        saved = _saved(text)
        if saved is None or saved == before or not saved.strip():
            click.echo("  nothing was changed", err=True)
            return None
        text = saved
        try:
            return read_plan(text, known)
        except ConfigurationInvalid as error:
            click.echo(f"  {printable(str(error))}; {error.hint}", err=True)
        if not click.confirm("  open it again?", default=True, err=True):
            return None


def _saved(text: str) -> str | None:
    """Return what was saved; None when nothing was, or no editor could be opened."""
    try:
        return click.edit(text, extension=".txt", require_save=False)
    except (click.ClickException, ValueError) as error:  # ValueError: not UTF-8, quotes
        told = error.message if isinstance(error, click.ClickException) else str(error)
        click.echo(f"  {printable(told)}", err=True)
        click.echo("  set VISUAL or EDITOR to an editor that can be opened", err=True)
        return None
