"""Log lines without a request id cannot be put together again.

Under load the lines of many requests are mixed, and across services nothing ties
the error here to the call that caused it there.
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
    applications,
    calls_in,
    is_found,
    lacks_files,
    log_level,
    node_at,
    own_imports,
    per_file,
    routes,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                import logging

                from fastapi import FastAPI

                logger = logging.getLogger(__name__)
                app = FastAPI()  # flagged


                @app.get("/orders")
                def orders():
                    logger.info("listing orders")
                    return []
            """
        },
        good={
            "app/main.py": """
                import logging

                from asgi_correlation_id import CorrelationIdMiddleware
                from fastapi import FastAPI

                logger = logging.getLogger(__name__)
                app = FastAPI()
                app.add_middleware(CorrelationIdMiddleware)


                @app.get("/orders")
                def orders():
                    logger.info("listing orders")
                    return []
            """
        },
    ),
)

_BOUND = re.compile(
    r"(?i)request[_-]?id|correlation[_-]?id|trace[_-]?(id|parent)|bind_contextvars|"
    r"opentelemetry|ddtrace|sentry_sdk|logfire|newrelic"
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [(each, place) for each in sources for place in application_sites(each)]
    if not apps or not any(_logs(each) for each in sources):
        return
    if any(is_found(each, _BOUND) for each in sources):
        return
    source, place = apps[0]
    if lacks_files(project, [source]):
        return
    yield (
        source,
        Site(
            node=node_at(place),
            message="log lines do not say which request they are of",
        ),
    )


@per_file
def _logs(source: Source) -> bool:
    """Handlers that log: there is something to correlate."""
    handlers = [each.function for each in routes(source)]
    return any(
        log_level(source, call) for each in handlers for call in calls_in(each.body)
    )


REPAIR = Brief(
    summary="Take or make a request id in a middleware, bind it to the logging context "
    "and pass it on to the services that are called"
)

HAZARD = Hazard(
    title="Give every log line its request id",
    practice="structured-logging",
    severity=Severity.LOW,
    check_project=check_project,
    gathers=(application_sites, own_imports, _logs),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("W3C Trace Context",),
    subject="a web application",
    concerns=lambda source: any(True for _ in applications(source)),
)
