"""The command tree; each command's module is imported when it is needed."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

from prodwright import __version__
from prodwright.cli import commands

EXAMPLES = """\b
Examples:
  prodwright build "I need a user authentication system for our API" --into auth
  prodwright review src
  prodwright review --changed --base main
  prodwright harden src --dry-run
  prodwright explain missing-timeout
"""


class DiscoveredGroup(click.Group):
    """A group whose commands are the modules of `prodwright.cli.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in alphabetical order."""
        return sorted(info.name for info in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`; only its module is imported."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"{commands.__name__}.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command when there is none of that name."""
        if (
            args
            and not args[0].startswith("-")
            and self.get_command(ctx, args[0]) is None
        ):
            from prodwright.core.errors import UnknownName

            raise UnknownName("command", args[0], known=tuple(self.list_commands(ctx)))
        return super().resolve_command(ctx, args)


@click.group(
    cls=DiscoveredGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="prodwright")
def root() -> None:
    """Write, harden and prove production-grade Python.

    Every one of 42 practices ends in a verdict with evidence.
    """
