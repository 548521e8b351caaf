"""`prodwright build`."""

from __future__ import annotations

from pathlib import Path

import click

from prodwright.core.engineering import ENGINEERS, Engineering

_EPILOG = """\b
Examples:
  prodwright build "I need to implement a user authentication system for our API"
  prodwright build "Create a function to process and validate incoming payment
      transactions" --into payments --yes --answer database=postgres

  prodwright build "Add an export of invoices as CSV" --model ollama:qwen3-coder

Exit codes: 0 delivered, 1 gate lost or stalled, 2 bad input, 3 a tool or provider
failed, 4 an answer or an engineer is missing, 5 a limit was reached, 6 something
could not be judged.
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
@click.option(
    "--engineer",
    type=click.Choice(ENGINEERS),
    help="Who writes.  [default: a blueprint that fits, else the model]",
)
@click.option("--model", default="", metavar="PROVIDER:NAME", help="Language model.")
@click.option(
    "--base-url", default="", metavar="URL", help="Of an OpenAI-compatible service."
)
@click.option(
    "--as",
    "definition",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Agent definition: who the engineer is.",
)
@click.option(
    "--python", default="", metavar="PATH", help="Runs the tests of what a model wrote."
)
@click.option("--max-cost", type=click.FloatRange(0, 10_000), metavar="DOLLARS")
@click.option("--max-requests", type=click.IntRange(1, 10_000), metavar="N")
@click.option("--max-tokens", type=click.IntRange(1_000), metavar="N")
@click.option("--max-seconds", type=click.FloatRange(1), metavar="N")
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
    engineer: str | None,
    model: str,
    base_url: str,
    definition: Path | None,
    python: str,
    max_cost: float | None,
    max_requests: int | None,
    max_tokens: int | None,
    max_seconds: float | None,
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
        engineering=Engineering(
            engineer=engineer or "",
            model=model,
            base_url=base_url,
            definition=_text(definition),
            definition_name=definition.name if definition else "",
            python=python,
            requests=max_requests,
            tokens=max_tokens,
            cost_dollars=max_cost,
            wall_seconds=max_seconds,
        ),
    )
    around, person = asking_surroundings(
        allow_unsandboxed=allow_unsandboxed, may_ask=not yes
    )
    return show(build(wanted, around, person), as_json=as_json, with_diff=False)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--answer")
    return key, value


def _text(file: Path | None) -> str:
    from prodwright.adapters.files import decode, storage_errors

    if file is None:
        return ""
    with storage_errors(file):
        return decode(file.read_bytes(), str(file))
