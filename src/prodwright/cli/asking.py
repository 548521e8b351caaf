"""Asks a person the questions of the intake, on the terminal."""

from __future__ import annotations

import click

from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.profile import Question
from prodwright.delivery.terminal import printable
from prodwright.intake.questions import valid_answer


def ask_person(question: Question) -> str | None:
    """Return what the person answers; None when they leave it to the default.

    A question without a default is asked until it has an answer.
    """
    click.echo("", err=True)
    click.echo(click.style(printable(question.text), bold=True), err=True)
    click.echo(f"  changes: {question.changes}", err=True)
    if question.options:
        click.echo(f"  options: {', '.join(question.options)}", err=True)
    while True:
        text = click.prompt(question.key, default=question.default, err=True)
        if text == question.default:
            return None
        if not text:
            continue
        try:
            return valid_answer(question, text)
        except ConfigurationInvalid as error:
            click.echo(f"  {error}; {error.hint}", err=True)
