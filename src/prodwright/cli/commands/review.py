"""`prodwright review`."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from prodwright.api.reviewing import Review, ReviewRequest

_LINES = {
    "lines": "editor_lines",
    "jsonl": "json_lines",
    "github": "workflow_lines",
}
_CONFLICTS: tuple[tuple[str, frozenset[str], str], ...] = (
    (
        "no_baseline",
        frozenset({"baseline", "write_baseline"}),
        "--no-baseline goes with no other baseline option",
    ),
    (
        "write_baseline",
        frozenset({"paths", "changed", "only", "skip"}),
        "--write-baseline is about all files and hazards",
    ),
    (
        "watch",
        frozenset({"as_json", "form", "sarif", "junit", "markdown"})
        | {"changed", "write_baseline"},
        "--watch prints text, of all files",
    ),
    ("as_json", frozenset({"form"}), "--json and --format are two ways"),
)
_FORMS = ("text", *_LINES)
_MOST_JOBS = 8  # unless more are asked for
_LOOK_SECONDS = 0.3
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
@click.option("--watch", is_flag=True, help="Review again after each change.")
@click.option("--only", multiple=True, metavar="NAME", help="Hazard or practice.")
@click.option("--skip", multiple=True, metavar="NAME", help="Hazard or practice.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 from here on.")
@click.option("--library-entries", is_flag=True, help="Distrust callers as well.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes, for many files.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what is known.")
@click.option("--format", "form", type=click.Choice(_FORMS), help="How they are told.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--sarif", type=click.Path(path_type=Path), help="Write SARIF 2.1.0.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write Markdown.")
def command(**chosen: Any) -> int:
    """Judge Python code as it stands; nothing is written to it.

    PATHS are files and folders; without any, the current folder.
    """
    from prodwright.api.reviewing import review
    from prodwright.cli.output import print_json

    options = _Options(**chosen)
    options.check()
    request = options.request()
    if options.write_baseline:
        return _know_all(request)
    if options.watch:
        _watch(request)
    gc.disable()  # trees hold no cycles, and looking for some takes a third of the time
    done = review(request)
    _write(done, options)
    if options.as_json:
        print_json(done.document())
    elif options.form in _LINES:
        _print_lines(done, options.form)
    else:
        _print_text(done)
    return done.stop_reason.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What was typed; see the options of the command."""

    paths: tuple[Path, ...]
    changed: bool
    base: str | None
    baseline: Path | None
    no_baseline: bool
    write_baseline: bool
    watch: bool
    only: tuple[str, ...]
    skip: tuple[str, ...]
    fail_on: str | None
    library_entries: bool
    no_cache: bool
    jobs: int | None
    form: str | None
    as_json: bool
    sarif: Path | None
    junit: Path | None
    markdown: Path | None

    @property
    def targets(self) -> list[Path]:
        """Files that results are written to."""
        named = (self.sarif, self.junit, self.markdown)
        return [each for each in named if each is not None]

    def check(self) -> None:
        """Refuse what does not go together.

        Raises:
            click.UsageError: Two options contradict each other.
        """
        given = {each.name for each in fields(self) if getattr(self, each.name)}
        if self.base is not None and not self.changed:
            raise click.UsageError("--base goes with --changed")
        if self.base == "":
            raise click.UsageError("--base is empty: name a revision, or leave it out")
        for option, others, told in _CONFLICTS:
            if option in given and given & others:
                raise click.UsageError(told)
        _check_targets(self.targets)

    def request(self) -> ReviewRequest:
        """Return what is to be reviewed."""
        from prodwright.adapters.forked_work import usable_processors
        from prodwright.api.reviewing import ReviewRequest
        from prodwright.core.finding import Severity

        return ReviewRequest(
            paths=self.paths,
            folder=Path.cwd(),
            environment=os.environ,
            base=(self.base or "HEAD") if self.changed else None,
            only=self.only,
            skip=self.skip,
            fail_on=None if self.fail_on is None else Severity[self.fail_on.upper()],
            with_verdicts=self.as_json,
            baseline=self.baseline,
            heeds_baseline=not self.no_baseline,
            tells_entries=self.library_entries,
            keeps=not self.no_cache,
            jobs=self.jobs or min(usable_processors(), _MOST_JOBS),
        )


def _watch(request: ReviewRequest) -> NoReturn:
    """Show one review after the other until somebody ends it."""
    from datetime import UTC, datetime  # 2 ms

    from prodwright.api.watching import watch
    from prodwright.core.errors import InputError
    from prodwright.core.printing import printable

    for done in watch(request, lambda: time.sleep(_LOOK_SECONDS)):
        click.clear()  # of a terminal only
        if isinstance(done, InputError):
            click.echo(printable(f"{done}"), err=True)
        else:
            _print_text(done)
        at = datetime.now(tz=UTC).astimezone()
        click.echo(f"{at:%H:%M:%S} watching; Ctrl-C ends it", err=True)
    raise AssertionError("a watch ends by a signal only")


def _know_all(request: ReviewRequest) -> int:
    from prodwright.api.reviewing import know_all
    from prodwright.core.printing import printable

    place, count = know_all(request)
    click.echo(f"{printable(str(place))}: {count} findings are known from now on")
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


def _print_lines(done: Review, form: str) -> None:
    from prodwright.delivery import findings_lines

    for line in getattr(findings_lines, _LINES[form])(done.stage.findings):
        click.echo(line)
    _tell_unjudged(done)


def _tell_unjudged(done: Review) -> None:
    from prodwright.core.printing import printable

    for each in done.unjudged:
        told = f"not judged: {each.path}: {each.reason}".replace("\n", "\0")
        click.echo(printable(told), err=True)
    for name in done.stage.control.missed:
        click.echo(f"not judged: {name}: missed its planted defect", err=True)


def _print_text(done: Review) -> None:
    from prodwright.api.explaining import advice
    from prodwright.cli.output import style_for
    from prodwright.delivery.terminal import findings_text, summary_line

    style = style_for(sys.stdout)
    for line in findings_text(done.stage.findings, advice, style):
        click.echo(line, color=style.coloured)
    _tell_unjudged(done)
    known = len(done.baseline.fingerprints)
    if known:
        told = f"the baseline knows {known} findings (--no-baseline shows them all)"
        click.echo(told, err=True)
    line = summary_line(done.stage.findings, done.files, style)
    click.echo(line, color=style.coloured, err=not done.stage.findings)


def _write(done: Review, options: _Options) -> None:
    if not options.targets:
        return
    from prodwright.api.exporting import write_junit, write_markdown, write_sarif

    if options.sarif is not None:
        write_sarif(options.sarif, done.stage.findings)
    if options.junit is not None:
        write_junit(options.junit, done.stage.findings, done.files)
    if options.markdown is not None:
        write_markdown(options.markdown, done)
