"""What all commands share when they print."""

from __future__ import annotations

import os
import sys
from typing import IO, Any

import click

from prodwright.delivery.terminal import Style


def style_for(stream: IO[str]) -> Style:
    """Return whether to colour: NO_COLOR, FORCE_COLOR, then what `stream` is."""
    if os.environ.get("NO_COLOR"):
        return Style(coloured=False)
    if os.environ.get("FORCE_COLOR"):
        return Style(coloured=True)
    dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("CI"))
    return Style(coloured=stream.isatty() and not dumb)


def is_interactive() -> bool:
    """Tell whether somebody can answer: a terminal on both ends, and no CI."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not os.environ.get("CI")


def print_json(document: Any) -> None:
    """Print `document` on standard output."""
    import json

    plain = (sys.stdout.encoding or "").lower() != "utf-8"
    click.echo(json.dumps(document, indent=2, ensure_ascii=plain))
