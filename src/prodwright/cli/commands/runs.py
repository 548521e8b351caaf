"""`prodwright runs`."""

from __future__ import annotations

from typing import Any

import click

from prodwright.cli.engineering import limit_options, limits
from prodwright.core.printing import printable


@click.group()
def command() -> None:
    """List, resume, replay and take back runs."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_command(*, as_json: bool) -> int:
    """List the runs of this repository, oldest first."""
    from prodwright.api.listing import runs
    from prodwright.cli.output import print_json
    from prodwright.cli.surroundings import surroundings

    found = runs(surroundings())
    if as_json:
        entries = [
            {
                "id": each.record.id,
                "door": each.record.door,
                "state": each.state,
                "request": each.record.request,
                "branch": each.branch,
            }
            for each in found
        ]
        print_json({"schema_version": "1.0", "runs": entries})
        return 0
    for each in found:
        line = f"{each.record.id}  {each.record.door:<7} {each.state:<14} "
        click.echo(printable(line + each.record.request))
    if not found:
        click.echo("no runs yet", err=True)
    return 0


@command.command("show")
@click.argument("run_id", metavar="ID")
def show_command(*, run_id: str) -> int:
    """Print the report of a run and check that its evidence is undamaged."""
    from prodwright.api.listing import run_folder
    from prodwright.cli.surroundings import surroundings
    from prodwright.core.errors import RunUnfit
    from prodwright.evidence import EvidenceStore

    folder = run_folder(run_id, surroundings())
    report = folder.path / "report.md"
    if not report.exists():
        raise RunUnfit(
            f"run {folder.id} has no report yet",
            hint=f"`prodwright runs resume {folder.id}` goes on with it",
        )
    click.echo(printable(report.read_text("utf-8", errors="replace")))
    damage = EvidenceStore(folder.evidence).damage()
    for each in damage:
        click.echo(f"damaged: {each}", err=True)
    return 1 if damage else 0


@command.command("resume")
@click.argument("run_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
@limit_options
def resume_command(
    *, run_id: str, as_json: bool, allow_unsandboxed: bool, **chosen: Any
) -> int:
    """Go on with a run where its journal ends; what it used up to then counts."""
    from prodwright.api.running import resume
    from prodwright.cli.delivered import show
    from prodwright.cli.surroundings import asking_surroundings

    around, person = asking_surroundings(
        allow_unsandboxed=allow_unsandboxed, may_ask=True
    )
    finished = resume(run_id, around, person, limits(chosen))
    return show(finished, as_json=as_json, with_diff=False)


@command.command("replay")
@click.argument("run_id", metavar="ID")
@click.option("--stage", default="", metavar="NAME", help="Only this stage.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
def replay_command(
    *, run_id: str, stage: str, as_json: bool, allow_unsandboxed: bool
) -> int:
    """Put what a run delivered through the gate again, from its commits."""
    from prodwright.api.replaying import replay
    from prodwright.cli.output import print_json
    from prodwright.cli.surroundings import surroundings
    from prodwright.delivery.document import result_document

    around = surroundings(allow_unsandboxed=allow_unsandboxed)
    replayed = replay(run_id, around, stage)
    reason = replayed.stop_reason
    found = [finding for each in replayed.stages for finding in each.findings]
    if as_json:
        print_json(
            result_document(
                stop_reason=reason,
                findings=found,
                verdicts=(),
                stages=replayed.stages,
            )
        )
        return reason.exit_code
    for each in found:
        place = f"{each.path}:{each.line}"
        click.echo(printable(f"{each.severity.label:<9}{place}  {each.message}"))
    click.echo(f"{reason.label}: {reason.sentence}")
    return reason.exit_code


@command.command("undo")
@click.argument("run_id", metavar="ID")
def undo_command(*, run_id: str) -> int:
    """Take a run back: its branch, its worktrees, and the folder it created."""
    from prodwright.api.undoing import undo
    from prodwright.cli.surroundings import surroundings

    done = undo(run_id, surroundings())
    for each in done:
        click.echo(f"taken back: {each}")
    if not done:
        click.echo("nothing to do: the run was taken back before", err=True)
    return 0
