"""Text marked as safe HTML with a value inside runs the value's scripts.

The visitor's browser cannot tell the site's script from the one in a user name:
it reads the session, the page and whatever else the site may do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    only_value,
    varying_parts,
)

EXAMPLES = (
    Example(
        bad="""
            from markupsafe import Markup


            def badge(name):
                return Markup(f"<b>{name}</b>")  # flagged
        """,
        good="""
            from markupsafe import Markup


            def badge(name):
                return Markup("<b>{}</b>").format(name)
        """,
    ),
)

_TRUSTED = frozenset(
    {
        "markupsafe.Markup",
        "flask.Markup",
        "django.utils.safestring.mark_safe",
        "django.utils.html.mark_safe",
        "jinja2.Markup",
    }
)
_ESCAPES = ("escape", "quote", "clean", "sanitize", "url_for", "reverse", "int", "len")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("markupsafe", "flask", "django", "jinja2"):
        return
    for call in source.calls_to(_TRUSTED):
        if call.args:
            holes = varying_parts(source, call.args[0])
            if any(not _is_safe(source, each) for each in holes):
                yield Site(node=call, message="the value becomes part of the page")


def _is_safe(source: Source, hole: ast.expr) -> bool:
    value = only_value(source, hole)
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return any(word in name for word in _ESCAPES)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case _:
            return False


REPAIR = Brief(
    summary="Format with `format_html` or `Markup(...).format(...)`, which escape"
)

HAZARD = Hazard(
    title="Escape every value in a page",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-79", "ASVS 5 1.2.1"),
    preview=True,
)
