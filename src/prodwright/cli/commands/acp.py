"""`prodwright acp`."""

from __future__ import annotations

from typing import Any

import click

from prodwright.cli.engineering import engineering, engineering_options

_EPILOG = """\b
Example, in the settings of an editor that speaks the Agent Client Protocol:
  "agent_servers": {"Prodwright": {"command": "prodwright", "args": ["acp"]}}

A prompt is a request, as for `build`; `/resume` goes on with a run that was cancelled.
"""
_OURS = "prodwright"


@click.command(epilog=_EPILOG)
@engineering_options
@click.option("--python", default="", metavar="PATH", help="Runs the project's tests.")
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
def command(*, python: str, allow_unsandboxed: bool, **chosen: Any) -> int:
    """Serve an editor as its agent over the Agent Client Protocol."""
    from prodwright.core.errors import ExtraMissing

    try:
        from prodwright.acp.serving import serve
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == _OURS:
            raise
        raise ExtraMissing("acp", missing) from error
    serve(engineering(chosen, python), allow_unsandboxed=allow_unsandboxed)
    return 0
