"""`prodwright review`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from prodwright.api.reviewing import Review, ReviewRequest

SEVERITIES = ("note", "low", "medium", "high", "critical")

_EPILOG = """\b
Examples:
  prodwright review
  prodwright review src --only security
  prodwright review --changed --base main --sarif findings.sarif
  prodwright review --write-baseline   (what is there now is known from now on)

Exit codes: 0 clean, 1 findings, 2 bad input, 6 a file could not be judged.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--changed", is_flag=True, help="Only what is new since --base.")
@click.option("--base", metavar="REV", help="Revision for --changed.  [default: HEAD]")
@click.option(
    "--baseline", type=click.Path(path_type=Path), help="File of known findings."
)
@click.option("--no-baseline", is_flag=True, help="Show known findings as well.")
@click.option("--write-baseline", is_flag=True, help="Know all from now on.")
@click.option("--only", multiple=True, metavar="NAME", help="Hazard or practice.")
@click.option("--skip", multiple=True, metavar="NAME", help="Hazard or practice.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 from here on.")
@click.option("--library-entries", is_flag=True, help="Distrust callers as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--sarif", type=click.Path(path_type=Path), help="Write SARIF 2.1.0.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write Markdown.")
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    changed: bool,
    base: str | None,
    baseline: Path | None,
    no_baseline: bool,
    write_baseline: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    fail_on: str | None,
    library_entries: bool,
    as_json: bool,
    sarif: Path | None,
    junit: Path | None,
    markdown: Path | None,
) -> int:
    """Judge Python code as it stands; nothing is written to it.

    PATHS are files and folders; without any, the current folder.
    """
    from prodwright.api.reviewing import ReviewRequest, review
    from prodwright.cli.output import print_json
    from prodwright.core.finding import Severity

    if base is not None and not changed:
        raise click.UsageError("--base goes with --changed")
    if no_baseline and (write_baseline or baseline is not None):
        raise click.UsageError("--no-baseline goes with no other baseline option")
    if write_baseline:
        _check_is_whole(paths, changed, only, skip)
    _check_targets([each for each in (sarif, junit, markdown) if each is not None])
    request = ReviewRequest(
        paths=paths,
        folder=Path.cwd(),
        environment=os.environ,
        base=(base or "HEAD") if changed else None,
        only=only,
        skip=skip,
        fail_on=None if fail_on is None else Severity[fail_on.upper()],
        with_verdicts=as_json,
        baseline=baseline,
        heeds_baseline=not no_baseline,
        tells_entries=library_entries,
    )
    if write_baseline:
        return _know_all(request)
    done = review(request)
    _write(done, sarif, junit, markdown)
    if as_json:
        print_json(done.document())
    else:
        _print_text(done)
    return done.stop_reason.exit_code


def _check_is_whole(*narrowing: object) -> None:
    """Refuse a baseline that would leave out what is not looked at now."""
    if any(narrowing):
        raise click.UsageError("--write-baseline is about all files and hazards")


def _know_all(request: ReviewRequest) -> int:
    from prodwright.api.reviewing import know_all

    place, count = know_all(request)
    click.echo(f"{place}: {count} findings are known from now on")
    return 0


def _check_targets(targets: list[Path]) -> None:
    """Refuse what is most likely an option without its value."""
    for each in targets:
        if each.suffix in (".py", ".pyi"):
            raise click.UsageError(f"{each} is code: results would replace it")
        if str(each) == "-":
            raise click.UsageError("- is no file; /dev/stdout is standard output")
    for each, times in Counter(targets).items():
        if times > 1 and _is_plain(each):
            raise click.UsageError(f"{each} is named twice: one would be lost")


def _is_plain(target: Path) -> bool:
    return target.is_file() or not target.exists()


def _print_text(done: Review) -> None:
    from prodwright.api.explaining import advice
    from prodwright.cli.output import style_for
    from prodwright.core.printing import printable
    from prodwright.delivery.terminal import findings_text, summary_line

    style = style_for(sys.stdout)
    for line in findings_text(done.stage.findings, advice, style):
        click.echo(line, color=style.coloured)
    for each in done.unjudged:
        told = f"not judged: {each.path}: {each.reason}".replace("\n", "\0")
        click.echo(printable(told), err=True)
    for name in done.stage.control.missed:
        click.echo(f"not judged: {name}: missed its planted defect", err=True)
    known = len(done.baseline.fingerprints)
    if known:
        told = f"the baseline knows {known} findings (--no-baseline shows them all)"
        click.echo(told, err=True)
    line = summary_line(done.stage.findings, done.files, style)
    click.echo(line, color=style.coloured, err=not done.stage.findings)


def _write(
    done: Review, sarif: Path | None, junit: Path | None, markdown: Path | None
) -> None:
    if sarif is None and junit is None and markdown is None:
        return
    from prodwright.api.exporting import write_junit, write_markdown, write_sarif

    if sarif is not None:
        write_sarif(sarif, done.stage.findings)
    if junit is not None:
        write_junit(junit, done.stage.findings, done.files)
    if markdown is not None:
        write_markdown(markdown, done)
