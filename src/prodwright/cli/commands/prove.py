"""`prodwright prove`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from prodwright.api.proving import Proof

SEVERITIES = ("note", "low", "medium", "high", "critical")

_EPILOG = """\b
Examples:
  prodwright prove
  prodwright prove src/billing --stage faults --budget 120
  prodwright prove --changed --base main --json

Everything happens in a copy and in a sandbox; your files are only read.

Exit codes: 0 shown and nothing found, 1 findings, 2 bad input, 3 a tool failed,
6 something could not be judged.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--stage", "stages", multiple=True, metavar="NAME", help="Only these.")
@click.option(
    "--budget",
    type=float,
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="For all stages together.",
)
@click.option("--changed", is_flag=True, help="Only what differs from --base.")
@click.option("--base", metavar="REV", help="Revision for --changed.  [default: HEAD]")
@click.option("--python", default="", metavar="PATH", help="Runs the project.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Exit 1 from here on.")
@click.option("--anew", is_flag=True, help="Try again what was tried on this code.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--sarif", type=click.Path(path_type=Path), help="Write SARIF 2.1.0.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML.")
@click.option(
    "--allow-unsandboxed", is_flag=True, help="Run the project without isolation."
)
def command(  # noqa: PLR0913 - one parameter per option
    *,
    paths: tuple[Path, ...],
    stages: tuple[str, ...],
    budget: float,
    changed: bool,
    base: str | None,
    python: str,
    fail_on: str | None,
    anew: bool,
    as_json: bool,
    sarif: Path | None,
    junit: Path | None,
    allow_unsandboxed: bool,
) -> int:
    """Put code into production's conditions and judge what it does there.

    PATHS are the files and folders under test; without any, the whole project.
    """
    from prodwright.api.proving import ProveRequest, prove
    from prodwright.cli.output import print_json
    from prodwright.cli.surroundings import surroundings
    from prodwright.core.finding import Severity

    if base is not None and not changed:
        raise click.UsageError("--base goes with --changed")
    if base == "":
        raise click.UsageError("--base is empty: name a revision, or leave it out")
    request = ProveRequest(
        paths=paths,
        stages=stages,
        budget_seconds=budget,
        base=(base or "HEAD") if changed else None,
        python=python,
        fail_on=None if fail_on is None else Severity[fail_on.upper()],
        anew=anew,
    )
    proof = prove(request, surroundings(allow_unsandboxed=allow_unsandboxed))
    _write(proof, sarif, junit)
    if as_json:
        print_json(proof.document())
    else:
        _print_text(proof)
    return proof.stop_reason.exit_code


def _write(proof: Proof, sarif: Path | None, junit: Path | None) -> None:
    from prodwright.api.exporting import write_junit, write_sarif

    if sarif is not None:
        write_sarif(sarif, proof.findings)
    if junit is not None:
        write_junit(junit, proof.findings, proof.files)


def _print_text(proof: Proof) -> None:
    from prodwright.api.explaining import advice
    from prodwright.cli.output import style_for
    from prodwright.delivery.proof_text import proof_lines
    from prodwright.delivery.terminal import findings_text

    style = style_for(sys.stdout)
    for line in findings_text(proof.findings, advice, style):
        click.echo(line, color=style.coloured)
    for line in proof_lines(proof.stages, proof.verdicts, style):
        click.echo(line, color=style.coloured)
    reason = proof.stop_reason
    click.echo(f"{reason.label}: {reason.sentence}", err=True)
    click.echo(f"records: {proof.evidence}", err=True)
