"""`prodwright harden`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from prodwright.cli.engineering import engineering, engineering_options, prove_option

if TYPE_CHECKING:
    from prodwright.api.opening import Surroundings
    from prodwright.api.running import HardenRequest

_EPILOG = """\b
Examples:
  prodwright harden --dry-run
  prodwright harden src --only missing-timeout --unsafe

The work happens in a worktree of the last commit and is delivered as a branch with
one commit per hazard; the files you are working on are not touched.

Exit codes: 0 delivered, 1 gate lost, 2 bad input, 3 a tool failed, 6 something
could not be judged.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the difference; write nothing.")
@click.option("--only", multiple=True, metavar="NAME", help="Hazard or practice.")
@click.option("--unsafe", is_flag=True, help="Also apply what changes behaviour.")
@click.option("--python", default="", metavar="PATH", help="Runs the project's tests.")
@engineering_options
@prove_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    dry_run: bool,
    only: tuple[str, ...],
    unsafe: bool,
    python: str,
    prove_seconds: float,
    as_json: bool,
    allow_unsandboxed: bool,
    **chosen: Any,
) -> int:
    """Mend what can be mended deterministically, one commit per hazard.

    PATHS are files and folders of the repository; without any, all of it.
    """
    from prodwright.api.running import HardenRequest, harden
    from prodwright.cli.delivered import show
    from prodwright.cli.surroundings import asking_surroundings

    wanted = HardenRequest(
        paths=paths,
        only=only,
        unsafe=unsafe,
        python=python,
        engineering=engineering(chosen, python),
        prove_seconds=prove_seconds,
    )
    around, person = asking_surroundings(
        allow_unsandboxed=allow_unsandboxed, may_ask=True
    )
    if dry_run:
        return _preview(wanted, around, as_json=as_json)
    return show(harden(wanted, around, person), as_json=as_json, with_diff=True)


def _preview(wanted: HardenRequest, around: Surroundings, *, as_json: bool) -> int:
    from prodwright.api.previewing import preview
    from prodwright.cli.output import print_json, style_for
    from prodwright.core.printing import printable

    shown = preview(wanted, around)
    if as_json:
        print_json(shown.document())
        return 0
    import sys

    style = style_for(sys.stdout)
    colours = {"+": "32", "-": "31", "@": "36"}
    for line in shown.diff.splitlines():
        text = printable(line)
        code = colours.get(line[:1])
        click.echo(style.paint(text, code) if code else text, color=style.coloured)
    for title, files in shown.steps:
        click.echo(f"would: {title} ({len(files)} files)", err=True)
    if not shown.steps:
        click.echo("nothing to mend", err=True)
    return 0
