"""Debug mode shows source code and settings to whoever causes an error.

Werkzeug's debugger even runs Python that a visitor types into the page. It is
the setting of a laptop; production must never depend on somebody changing it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    constant,
    cst,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            from flask import Flask

            app = Flask(__name__)

            if __name__ == "__main__":
                app.run(host="127.0.0.1", debug=True)  # flagged
        """,
        good="""
            from flask import Flask

            app = Flask(__name__)

            if __name__ == "__main__":
                app.run(host="127.0.0.1", debug=False)
        """,
    ),
    Example(
        bad="""
            from fastapi import FastAPI

            app = FastAPI(title="orders", debug=True)  # flagged
        """,
        good="""
            from fastapi import FastAPI

            app = FastAPI(title="orders", debug=False)
        """,
    ),
)

_APPS = frozenset(
    {
        "flask.Flask.run",
        "fastapi.FastAPI",
        "starlette.applications.Starlette",
        "litestar.Litestar",
        "sanic.Sanic.run",
        "bottle.run",
        "quart.Quart.run",
        "connexion.App.run",
        "connexion.FlaskApp.run",
        "aiohttp.web.Application",
        "aiohttp.web_app.Application",
    }
)


def check(source: Source) -> Iterator[Site]:
    if source.imports(*(each.partition(".")[0] for each in _APPS)):
        for call in source.calls_to(_APPS):
            if constant(keyword(call, "debug")) is True:
                message = f"{source.called(call)} runs in debug mode"
                yield Site(node=call, message=message)
    for call in source.calls_by_word("run"):
        if source.called(call) not in _APPS and _serves_in_debug(call):
            yield Site(node=call, message="the server runs in debug mode")


def _serves_in_debug(call: ast.Call) -> bool:
    """An application made elsewhere: what is given a host or a port serves."""
    serves = keyword(call, "host") is not None or keyword(call, "port") is not None
    return serves and constant(keyword(call, "debug")) is True


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    args = [
        each.with_changes(value=cst.Name("False"))
        if each.keyword is not None and each.keyword.value == "debug"
        else each
        for each in node.args
    ]
    return Mended(node.with_changes(args=args))


REPAIR = Rewrite(
    summary="Switch debug mode off; let a developer's own configuration switch it on",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Run without debug mode",
    practice="safe-messages",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-489", "CWE-215", "ASVS 5 13.4.2"),
    subject="a web application",
    concerns=lambda source: source.imports(
        "flask", "fastapi", "starlette", "quart", "connexion", "aiohttp"
    ),
)
