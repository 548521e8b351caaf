"""Debug mode shows source code and settings to whoever causes an error.

Werkzeug's debugger even runs Python that a visitor types into the page. It is
the setting of a laptop; production must never depend on somebody changing it.
"""

from __future__ import annotations

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
    }
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports(*(each.partition(".")[0] for each in _APPS)):
        return
    for call in source.calls_to(_APPS):
        if constant(keyword(call, "debug")) is True:
            message = f"{source.called(call)} runs in debug mode"
            yield Site(node=call, message=message)


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
    concerns=lambda source: source.imports("flask", "fastapi", "starlette"),
)
