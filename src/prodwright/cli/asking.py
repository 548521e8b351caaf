"""Asks a person the questions of the intake, on the terminal."""

from __future__ import annotations

import shutil
import textwrap

import click

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.printing import printable
from prodwright.core.profile import Question
from prodwright.intake.questions import valid_answer


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
