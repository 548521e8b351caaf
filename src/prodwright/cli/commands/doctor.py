"""`prodwright doctor`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(*, as_json: bool) -> int:
    """Show what this machine has, and what each missing thing costs in verdicts."""
    from prodwright.api.examining import examine
    from prodwright.cli.output import print_json, style_for
    from prodwright.core.printing import printable

    seen = examine(Path.cwd(), os.environ)
    settings = _flat(asdict(seen.settings))
    settings["fail_on"] = seen.settings.fail_on.label
    if as_json:
        checkups = [asdict(each) for each in seen.checkups]
        document = {"schema_version": "1.0", "checkups": checkups, "settings": settings}
        print_json(document)
        return 0
    style = style_for(sys.stdout)
    for each in seen.checkups:
        mark = (
            style.paint("ok     ", "32") if each.found else style.paint("missing", "33")
        )
        cost = "" if each.found else f"costs: {each.cost}"
        told = printable(each.found) or cost
        click.echo(f"{mark}  {each.name:<15} {told}", color=style.coloured)
    click.echo("\nsettings")
    for key, value in settings.items():
        shown = ", ".join(value) if isinstance(value, list | tuple) else value
        click.echo(printable(f"  {key} = {shown}"))
    return 0


def _flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the settings by their dotted names; what is not set is left out."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        elif not prefix or value not in ("", None):
            flat[f"{prefix}{key}"] = value
    return flat
