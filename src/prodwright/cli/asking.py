"""Asks a person the questions of the intake, on the terminal."""

from __future__ import annotations

import shlex
import shutil
import textwrap
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import click

from prodwright.cli.editing import edited_plan
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.plan import Plan
from prodwright.core.printing import printable
from prodwright.core.profile import Question
from prodwright.intake.questions import valid_answer

_EDIT = frozenset({"e", "edit"})
_NO_SECRETS = "Never answer with a password or a key."


class Terminal:
    """The person at the terminal.

    Args:
        quiet: Keeps everything else from writing there meanwhile.
    """

    def __init__(self, quiet: Callable[[], AbstractContextManager[None]]) -> None:
        self._quiet = quiet

    def answer(self, question: Question) -> str | None:
        """Answer a question of the intake; None leaves it to the default."""
        with self._quiet():
            return ask_person(question)

    def review(self, plan: Plan) -> str | Plan:
        """Read the plan: accept it, edit it, or say what is to be changed."""
        with self._quiet():
            _say("The plan", *plan.lines())
            told = "  enter accepts it, e edits it; or say what is to be changed"
            while True:
                said = click.prompt(told, default="", show_default=False, err=True)
                if str(said).strip().lower() not in _EDIT:
                    return str(said)
                edited = edited_plan(plan)
                if edited is not None:
                    return edited

    def tell(self, question: str) -> str | None:
        """Answer what the engineer asks; None when there is no answer."""
        with self._quiet():
            _say(f"The engineer, a language model, asks. {_NO_SECRETS}", question)
            told = "  answer (enter: it decides)"
            text = click.prompt(told, default="", show_default=False, err=True)
            return str(text) or None

    def allow(self, command: Sequence[str]) -> bool:
        """Say whether a command may run in the sandbox."""
        with self._quiet():
            _say("The engineer wants to run, in isolation", shlex.join(command))
            return click.confirm("  allow it once?", default=False, err=True)

    def install(self, requirements: Sequence[str]) -> bool:
        """Say whether packages may be installed for this run."""
        with self._quiet():
            _say("The work needs packages of your package registry", *requirements)
            told = "  install them, and what they need, for this run?"
            return click.confirm(told, default=False, err=True)


def _say(title: str, *lines: str) -> None:
    click.echo("", err=True)
    click.echo(click.style(title, bold=True), err=True)
    for line in (each for text in lines for each in text.splitlines()):
        click.echo(f"  | {printable(line)}", err=True)


def ask_person(question: Question) -> str | None:
    """Return what the person answers; None when they leave it to the default.

    A question without a default is asked until it has an answer.
    """
    click.echo("", err=True)
    click.echo(click.style(printable(question.text), bold=True), err=True)
    for line in _explanation(question):
        click.echo(line, err=True)
    while True:
        text = click.prompt(
            f"  {question.key}", default=question.default, show_default=True, err=True
        )
        if text == question.default:
            return None
        if not text:
            continue
        try:
            return valid_answer(question, text)
        except ConfigurationInvalid as error:
            click.echo(f"  {error}; {error.hint}", err=True)


def _explanation(question: Question) -> list[str]:
    width = shutil.get_terminal_size().columns - 2
    told = [f"changes {question.changes}"]
    told += [f"options {', '.join(question.options)}"] if question.options else []
    return [
        f"  {line}"
        for text in told
        for line in textwrap.wrap(printable(text), width, subsequent_indent=" " * 8)
    ]
