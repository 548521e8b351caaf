"""`prodwright mcp`."""

from __future__ import annotations

import os
from pathlib import Path

import click

_EPILOG = """\b
Examples:
  prodwright mcp
  prodwright mcp --http --port 8765
  PRODWRIGHT_MCP_TOKEN=... prodwright mcp --http --host 0.0.0.0 \\
      --allow-host tools.example.com

Clients that are given a command run it over standard input and output. Over HTTP it
listens on this machine only, unless PRODWRIGHT_MCP_TOKEN holds a token that clients
must show; put TLS in front of it.
"""
_TOKEN = "PRODWRIGHT_MCP_TOKEN"  # noqa: S105 - the name of the variable
_OURS = "prodwright"


@click.command(epilog=_EPILOG)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Folder that all work is confined to.  [default: here]",
)
@click.option("--http", "over_http", is_flag=True, help="Serve over streamable HTTP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="For --http.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8765,
    show_default=True,
    help="For --http; 0: any that is free.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="For --http: another name that clients may call it by.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0.1, 50),
    default=45.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest that a call takes before it goes on as a job.",
)
@click.option(
    "--allow-unsandboxed",
    is_flag=True,
    help="Run the project's tests without isolation.",
)
def command(  # noqa: PLR0913 - one parameter per option
    *,
    root: Path,
    over_http: bool,
    host: str,
    port: int,
    names: tuple[str, ...],
    patience: float,
    allow_unsandboxed: bool,
) -> int:
    """Serve the tools to other programs over the Model Context Protocol."""
    from prodwright.core.errors import ExtraMissing

    try:
        from prodwright.mcp.serving import Address, Counter, serve_http, serve_stdio
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing == _OURS:
            raise
        raise ExtraMissing("mcp", missing) from error
    counter = Counter(
        root=root, allow_unsandboxed=allow_unsandboxed, patience_seconds=patience
    )
    if over_http:
        token = os.environ.get(_TOKEN, "")
        address = Address(host=host, port=port, names=names, token=token)
        serve_http(counter, address)
    else:
        serve_stdio(counter)
    return 0
