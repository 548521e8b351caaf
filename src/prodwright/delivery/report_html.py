"""The report as one self-contained page, readable in light and dark."""

from __future__ import annotations

from prodwright.core.printing import printable
from prodwright.delivery.report import RunReport, assumptions, authorship, phases

_MOST_DIFF_CHARACTERS = 400_000


def html_report(report: RunReport) -> str:
    """Return the page; everything from the code under review is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("prodwright.delivery", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.jinja")
    page = template.render(
        report=report,
        columns=report.columns(),
        cells=report.cells(),
        totals=report.totals(),
        answers=assumptions(report),
        authorship=authorship(report),
        phases=phases(report),
        diff=_coloured(report.diff),
        cut=len(report.diff) > _MOST_DIFF_CHARACTERS,
    )
    return printable(page)  # whoever looks at it with `cat` is not steered either


def _coloured(diff: str) -> str:
    """Pygments escapes what it colours; the template may take it as it is."""
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import DiffLexer

    formatter = HtmlFormatter(nowrap=True, classprefix="d-")
    text = diff[:_MOST_DIFF_CHARACTERS]
    return Markup(highlight(text, DiffLexer(), formatter))  # noqa: S704
