"""The command line: parse, call `api`, print. No decisions here."""

from prodwright.cli.entry import main

__all__ = ["main"]
