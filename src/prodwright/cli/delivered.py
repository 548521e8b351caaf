"""What `build`, `harden` and `runs resume` print at their end."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from prodwright.api.finishing import Finished
    from prodwright.delivery.terminal import Style

_MOST_DIFF_LINES = 400


def show(finished: Finished, *, as_json: bool, with_diff: bool) -> int:
    """Print what was delivered and return the exit code."""
    if as_json:
        from prodwright.cli.output import print_json

        print_json(finished.document())
    else:
        _show_text(finished, with_diff=with_diff)
    return finished.delivery.reason.exit_code


def _show_text(finished: Finished, *, with_diff: bool) -> None:
    from prodwright.cli.output import style_for
    from prodwright.core.printing import printable

    style = style_for(sys.stdout)
    if with_diff:
        for line in _diff_lines(finished.diff, style):
            click.echo(line, color=style.coloured)
    for dropped in finished.change.dropped:
        click.echo(printable(f"taken back  {dropped}"))
    for step in finished.change.steps:
        click.echo(f"{style.paint(step.commit[:10], '33')}  {printable(step.title)}")
    for line in _ending(finished, style):
        click.echo(line, color=style.coloured)


def _diff_lines(diff: str, style: Style) -> list[str]:
    from prodwright.core.printing import printable

    colours = {"+": "32", "-": "31", "@": "36"}
    lines = [
        style.paint(printable(line), colours[line[0]])
        if line[:1] in colours
        else printable(line)
        for line in diff.splitlines()
    ]
    if len(lines) > _MOST_DIFF_LINES:
        rest = len(lines) - _MOST_DIFF_LINES
        lines = [*lines[:_MOST_DIFF_LINES], f"... {rest} more lines: `git diff`"]
    return lines


def _ending(finished: Finished, style: Style) -> list[str]:
    from prodwright.core.printing import printable

    delivery = finished.delivery
    good = delivery.reason.exit_code == 0
    head = style.paint(delivery.reason.label, "1;32" if good else "1;31")
    lines = ["", f"{head}: {delivery.reason.sentence}"]
    if finished.change.missing:
        lines.append(printable(f"  missing {finished.change.missing}"))
    if not delivery.branch:
        lines.append("  nothing was to be written")
    elif delivery.checked_out:
        lines.append(f"  code    {_shown(finished.root)} (branch {delivery.branch})")
    else:
        lines.append(f"  branch  {delivery.branch}")
        lines.append(f"  look    git diff HEAD...{delivery.branch}")
        lines.append(f"  take    git merge {delivery.branch}")
    lines.append(f"  report  {_shown(Path(delivery.report))}")
    lines.append(f"  undo    prodwright runs undo {finished.record.id}")
    if finished.untouched:
        count = len(finished.untouched)
        noun = "path" if count == 1 else "paths"
        lines.append(
            f"  {count} {noun} with uncommitted changes left alone; "
            "the work starts from the last commit"
        )
    return lines


def _shown(path: Path) -> str:
    from prodwright.core.printing import printable

    relative = os.path.relpath(path)
    return printable(relative if len(relative) < len(str(path)) else str(path))
