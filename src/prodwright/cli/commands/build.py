"""`prodwright build`."""

from __future__ import annotations

from pathlib import Path

import click

_EPILOG = """\b
Examples:
  prodwright build "I need to implement a user authentication system for our API"
  prodwright build "Create a function to process and validate incoming payment
      transactions" --into payments --yes --answer database=postgres

Exit codes: 0 delivered, 1 gate lost, 2 bad input, 3 a tool failed, 4 an answer or
an engineer is missing, 6 something could not be judged.
"""


@click.command(epilog=_EPILOG)
@click.argument("request")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Repository, or a new or empty folder.  [default: here]",
)
@click.option("--yes", is_flag=True, help="Ask nothing; assume defaults and say so.")
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Answers of an earlier run.",
)
@click.option(
    "--answer", "answers", multiple=True, metavar="KEY=VALUE", help="One answer."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
def command(  # noqa: PLR0913 - one parameter per option
    *,
    request: str,
    into: Path,
    yes: bool,
    profile: Path | None,
    answers: tuple[str, ...],
    as_json: bool,
    allow_unsandboxed: bool,
) -> int:
    """Write what REQUEST asks for, put it through the gate, deliver a branch."""
    from prodwright.api.running import BuildRequest, build
    from prodwright.cli.delivered import show
    from prodwright.cli.surroundings import asking_surroundings

    wanted = BuildRequest(
        request=request,
        into=into,
        answers=dict(_pair(each) for each in answers),
        profile=_text(profile),
    )
    around, ask = asking_surroundings(
        allow_unsandboxed=allow_unsandboxed, may_ask=not yes
    )
    return show(build(wanted, around, ask), as_json=as_json, with_diff=False)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--answer")
    return key, value


def _text(profile: Path | None) -> str:
    from prodwright.adapters.files import decode, storage_errors

    if profile is None:
        return ""
    with storage_errors(profile):
        return decode(profile.read_bytes(), str(profile))
