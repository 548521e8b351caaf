"""`prodwright build`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from prodwright.cli.engineering import (
    engineering,
    engineering_options,
    prove_option,
    text_of,
)
from prodwright.core.engineering import Engineering

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
@engineering_options
@click.option(
    "--python", default="", metavar="PATH", help="Runs the tests of what a model wrote."
)
@prove_option
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
    python: str,
    prove_seconds: float,
    as_json: bool,
    allow_unsandboxed: bool,
    **chosen: Any,
) -> int:
    """Write what REQUEST asks for, put it through the gate, deliver a branch."""
    from prodwright.api.running import BuildRequest, build
    from prodwright.cli.delivered import show
    from prodwright.cli.surroundings import asking_surroundings

    told = _answers(answers)
    wanted = BuildRequest(
        request=request,
        into=into,
        answers=told,
        profile=text_of(profile),
        engineering=_with_network(engineering(chosen, python), told),
        prove_seconds=prove_seconds,
    )
    around, person = asking_surroundings(
        allow_unsandboxed=allow_unsandboxed, may_ask=not yes
    )
    return show(build(wanted, around, person), as_json=as_json, with_diff=False)


def _with_network(wanted: Engineering, answers: Mapping[str, str]) -> Engineering:
    """What is typed as an answer is as good as an option."""
    from prodwright.core.allowance import hosts_in
    from prodwright.intake.general import NETWORK

    more = hosts_in(answers.get(NETWORK, ""))
    hosts = tuple(dict.fromkeys((*wanted.allowance.hosts, *more)))
    return replace(wanted, allowance=replace(wanted.allowance, hosts=hosts))


def _answers(texts: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for key, value in map(_pair, texts):
        if given.setdefault(key, value) != value:
            raise click.BadParameter(
                f"{key} is both {given[key]!r} and {value!r}", param_hint="--answer"
            )
    return given


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="--answer")
    return key, value
