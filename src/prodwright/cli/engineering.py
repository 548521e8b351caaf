"""The options that choose who writes; `build` and `harden` share them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from prodwright.core.allowance import Allowance, valid_hosts
from prodwright.core.engineering import ENGINEERS, AgentChoice, Engineering


class NumberRange(click.FloatRange):
    """A range that `nan`, which is below and above nothing, is not in."""

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Return the number, or fail."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


prove_option = click.option(
    "--prove",
    "prove_seconds",
    type=NumberRange(0, 86_400),
    default=0.0,
    metavar="SECONDS",
    help="Also make experiments on what was changed, for so long.",
)
_OPTIONS = (
    click.option(
        "--engineer",
        type=click.Choice(ENGINEERS),
        help="Who writes.  [default: what needs no model]",
    ),
    click.option("--model", metavar="PROVIDER:NAME", help="Language model."),
    click.option("--base-url", metavar="URL", help="Of an OpenAI-compatible service."),
    click.option(
        "--as",
        "definition",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Agent definition: who the engineer is.",
    ),
    click.option(
        "--agent",
        metavar="NAME|COMMAND",
        help="External agent: claude, codex, gemini, goose, opencode, or a command.",
    ),
    click.option(
        "--agent-home",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Its home folder, with its login; it may write there.",
    ),
    click.option(
        "--agent-folder",
        "agent_folders",
        type=click.Path(path_type=Path),
        multiple=True,
        metavar="DIR",
        help="What else it may read, e.g. where it is installed.",
    ),
    click.option(
        "--agent-host",
        "agent_hosts",
        multiple=True,
        metavar="HOST[:PORT]",
        help="Whom it may reach; nobody otherwise.",
    ),
    click.option(
        "--agent-variable",
        "agent_variables",
        multiple=True,
        metavar="NAME",
        help="Environment variable that it is given.",
    ),
    click.option(
        "--allow-path",
        "allowed_paths",
        multiple=True,
        metavar="GLOB",
        help="CI or judging settings that it may change.",
    ),
    click.option(
        "--allow-host",
        "allowed_hosts",
        multiple=True,
        metavar="HOST[:PORT]",
        help="Whom commands and tests may reach during the work; nobody otherwise.",
    ),
    click.option(
        "--gate-network",
        is_flag=True,
        help="The gate may reach them as well; it judges without a network otherwise.",
    ),
    click.option(
        "--allow-install",
        is_flag=True,
        help="Install packages that the work names; each is asked for otherwise.",
    ),
)
_LIMITS = (
    click.option("--max-cost", type=NumberRange(0, 10_000), metavar="DOLLARS"),
    click.option("--max-requests", type=click.IntRange(1, 10_000), metavar="N"),
    click.option("--max-tokens", type=click.IntRange(1_000), metavar="N"),
    click.option("--max-seconds", type=NumberRange(1), metavar="N"),
)


def engineering_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options; they arrive together as keywords."""
    return _with((*_OPTIONS, *_LIMITS), function)


def limit_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command those options that limit what is used."""
    return _with(_LIMITS, function)


def _with(
    options: Sequence[Callable[[Callable[..., int]], Callable[..., int]]],
    function: Callable[..., int],
) -> Callable[..., int]:
    for option in reversed(options):
        function = option(function)
    return function


def limits(chosen: Mapping[str, Any]) -> Engineering:
    """Return the choice of limits alone.

    Args:
        chosen: The options' values.
    """
    return Engineering(
        requests=chosen["max_requests"],
        tokens=chosen["max_tokens"],
        cost_dollars=chosen["max_cost"],
        wall_seconds=chosen["max_seconds"],
    )


def engineering(chosen: Mapping[str, Any], python: str) -> Engineering:
    """Return the choice.

    Args:
        chosen: The options' values.
        python: Interpreter that runs the project's tests.

    Raises:
        PathRefused: The definition file may not be read.
        ConfigurationInvalid: An allowed host is none.
    """
    definition = chosen["definition"]
    return replace(
        limits(chosen),
        engineer=chosen["engineer"] or "",
        model=chosen["model"] or "",
        base_url=chosen["base_url"] or "",
        definition=text_of(definition),
        definition_name=definition.name if definition else "",
        python=python,
        agent=_agent(chosen),
        allowance=_allowance(chosen),
    )


def _allowance(chosen: Mapping[str, Any]) -> Allowance:
    return Allowance(
        hosts=valid_hosts(chosen["allowed_hosts"]),
        paths=chosen["allowed_paths"],
        gate=chosen["gate_network"],
        install=chosen["allow_install"],
    )


def _agent(chosen: Mapping[str, Any]) -> AgentChoice:
    home = chosen["agent_home"]
    return AgentChoice(
        name=chosen["agent"] or "",
        home=str(home.absolute()) if home else "",
        folders=tuple(str(each.absolute()) for each in chosen["agent_folders"]),
        hosts=chosen["agent_hosts"],
        variables=chosen["agent_variables"],
    )


def text_of(file: Path | None) -> str:
    """Return the text of a file that was named; empty when none was.

    Raises:
        PathRefused: It may not be read.
        UnreadableSource: It is not text, or too large.
    """
    from prodwright.adapters.files import MOST_BYTES, decode, storage_errors
    from prodwright.core.errors import UnreadableSource

    if file is None:
        return ""
    with storage_errors(file), file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)  # a device may have no end
    if len(content) > MOST_BYTES:
        raise UnreadableSource(
            f"{file}: more than {MOST_BYTES:,} bytes", hint="name the file you meant"
        )
    return decode(content, str(file))
