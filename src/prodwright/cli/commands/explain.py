"""`prodwright explain`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodwright.api.explaining import PracticePage
    from prodwright.delivery.terminal import Style
    from prodwright.kit import Hazard

_EPILOG = """\b
Examples:
  prodwright explain missing-timeout
  prodwright explain transactions
"""


@click.command(epilog=_EPILOG)
@click.argument("name", metavar="HAZARD|PRACTICE")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(*, name: str, as_json: bool) -> int:
    """Say what a hazard breaks in production and what to do instead."""
    from prodwright.api.explaining import PracticePage, explain, page_document
    from prodwright.cli.output import print_json, style_for

    page = explain(name)
    if as_json:
        print_json(page_document(page))
        return 0
    style = style_for(sys.stdout)
    write = _practice_lines if isinstance(page, PracticePage) else _hazard_lines
    for line in write(page, style):  # type: ignore[arg-type]
        click.echo(line, color=style.coloured)
    return 0


def _hazard_lines(hazard: Hazard, style: Style) -> Iterator[str]:
    preview = ", preview" if hazard.preview else ""
    yield style.paint(f"{hazard.title} ({hazard.name})", "1")
    yield f"{hazard.practice}, {hazard.severity.label}{preview}"
    yield ""
    yield hazard.guidance
    yield ""
    yield style.paint("Do: ", "1") + hazard.repair.summary + "."
    for example in hazard.examples[:1]:  # what only an experiment shows has none
        for heading, colour, files in (
            ("Bad", "31", example.bad),
            ("Good", "32", example.good),
        ):
            yield ""
            yield style.paint(heading, f"1;{colour}")
            for text in files.values():
                yield from (f"    {line}".rstrip() for line in text.splitlines())
    if hazard.references:
        yield ""
        yield "See: " + ", ".join(hazard.references)


def _practice_lines(page: PracticePage, style: Style) -> Iterator[str]:
    yield style.paint(f"{page.practice.title} ({page.practice.name})", "1")
    yield f"one of the practices of {page.practice.principle}"
    yield ""
    if not page.hazards:
        yield "No static check breaks it down yet; its verdict is `unverified`."
    for hazard in page.hazards:
        yield style.paint(f"  {hazard.name}", "1") + f"  {hazard.severity.label}"
        yield f"      {hazard.consequence}"
    for each in page.experiments:
        yield ""
        yield style.paint(f"  prove --stage {each.stage}", "1") + f"  {each.does}"
