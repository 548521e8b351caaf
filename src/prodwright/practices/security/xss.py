"""A text from a client in a page's HTML runs as a script in the visitor's browser.

The browser cannot tell the site's script from the one in a user name: it reads the
session, the page and whatever else the site may do. Texts that are marked as safe and
pages put together by hand let it through.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Flow,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask, request

            app = Flask(__name__)


            @app.get("/hello")
            def hello():
                return f"<p>Hello {request.args['name']}</p>"  # flagged
        """,
        good="""
            from flask import Flask, render_template, request

            app = Flask(__name__)


            @app.get("/hello")
            def hello():
                return render_template("hello.html", name=request.args["name"])
        """,
    ),
    Example(
        bad="""
            from flask import Flask, render_template, request
            from markupsafe import Markup

            app = Flask(__name__)


            @app.get("/hello")
            def hello():
                return render_template("hello.html", badge=badge(request.args["name"]))


            def badge(name):
                return Markup(f"<b>{name}</b>")  # flagged
        """,
        good="""
            from flask import Flask, render_template, request
            from markupsafe import Markup

            app = Flask(__name__)


            @app.get("/hello")
            def hello():
                return render_template("hello.html", badge=badge(request.args["name"]))


            def badge(name):
                return Markup("<b>{}</b>").format(name)
        """,
    ),
)

_SETUPS = frozenset(
    {
        "aiohttp_jinja2.setup",
        "fastapi.templating.Jinja2Templates",
        "starlette.templating.Jinja2Templates",
    }
)


def check(source: Source) -> Iterator[Site]:
    """Yield where a web application's templates are told not to escape."""
    for call in source.calls_to(_SETUPS):
        if constant(keyword(call, "autoescape")) is False:
            yield Site(node=call, message=_UNESCAPED)
    for assigned in source.nodes(ast.Assign):
        match assigned:
            case ast.Assign(
                targets=[
                    ast.Attribute(value=ast.Attribute(attr="jinja_env"), attr=name)
                ],
                value=ast.Constant(value=False),
            ) if name == "autoescape":
                yield Site(node=assigned, message=_UNESCAPED)


_UNESCAPED = "no template of this application escapes what it shows"

REPAIR = Brief(
    summary="Render a template that escapes; where HTML is put together, format with "
    "`format_html` or `Markup(...).format(...)`, which escape"
)

HAZARD = Hazard(
    title="Escape every value in a page",
    practice="sanitize-io",
    severity=Severity.HIGH,
    check=check,
    flow=Flow(
        "page",
        says="becomes part of the page",
        most_hops=2,
        vouched_by=r"\b(bleach|nh3)\b|text/plain",
        heeds_checks=True,
    ),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-79", "ASVS 5 1.2.1"),
)
