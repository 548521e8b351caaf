"""A page without security headers may be framed, sniffed and scripted by others.

A stranger's page shows yours under a transparent button; the browser guesses that
an upload is a script. Four headers, set in one place, end that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Project,
    Severity,
    Site,
    Source,
    application_sites,
    is_found,
    lacks_files,
    node_at,
    own_imports,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                from fastapi import FastAPI
                from fastapi.templating import Jinja2Templates

                app = FastAPI()  # flagged
                pages = Jinja2Templates("pages")
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI
                from fastapi.templating import Jinja2Templates

                app = FastAPI()
                pages = Jinja2Templates("pages")


                @app.middleware("http")
                async def guard(request, call_next):
                    response = await call_next(request)
                    response.headers["Content-Security-Policy"] = "default-src 'self'"
                    response.headers["X-Content-Type-Options"] = "nosniff"
                    return response
            """
        },
    ),
)

_PAGES = re.compile(
    r"Jinja2Templates|HTMLResponse|render_template|TemplateResponse|aiohttp_jinja2"
)
_HEADERS = re.compile(
    r"(?i)content-security-policy|x-frame-options|x-content-type-options|talisman"
    r"|secure_headers|from secure\b|import secure\b|helmet"
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [(each, place) for each in sources for place in application_sites(each)]
    if not apps or not any(is_found(source, _PAGES) for source in sources):
        return
    if any(is_found(source, _HEADERS) for source in sources):
        return
    source, place = apps[0]
    if lacks_files(project, [source]):
        return
    message = "pages are sent without a Content-Security-Policy and nosniff"
    yield source, Site(node=node_at(place), message=message)


REPAIR = Brief(
    summary="Set Content-Security-Policy, X-Content-Type-Options, Referrer-Policy and "
    "Strict-Transport-Security in one middleware"
)

HAZARD = Hazard(
    title="Send pages with security headers",
    practice="sanitize-io",
    severity=Severity.LOW,
    check_project=check_project,
    gathers=(
        application_sites,
        own_imports,
    ),
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("OWASP ASVS 5.0 3.4", "CWE-693", "CWE-1021"),
    subject="a web application with pages",
    concerns=lambda source: _PAGES.search(source.text) is not None,
)
