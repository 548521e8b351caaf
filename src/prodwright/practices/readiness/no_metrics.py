"""Without metrics the first report of an outage comes from a customer.

Nobody can tell whether the error rate rose with the release, how close the
service is to its limits, or whether it is back.
"""

from __future__ import annotations

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
    has_routes,
    lacks_files,
    node_at,
    own_imports,
    per_file,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                from fastapi import FastAPI

                app = FastAPI()  # flagged


                @app.get("/orders")
                def orders():
                    return []
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI
                from prometheus_client import make_asgi_app

                app = FastAPI()
                app.mount("/metrics", make_asgi_app())


                @app.get("/orders")
                def orders():
                    return []
            """
        },
    ),
)

_LIBRARIES = (
    "prometheus_client",
    "opentelemetry",
    "prometheus_fastapi_instrumentator",
    "statsd",
    "starlette_exporter",
    "prometheus_flask_exporter",
    "datadog",
    "ddtrace",
    "newrelic",
    "sentry_sdk",
    "elasticapm",
    "aws_embedded_metrics",
    "logfire",
    "aioprometheus",
    "starlette_prometheus",
    "django_prometheus",
    "influxdb",
    "google",
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [(each, place) for each in sources for place in application_sites(each)]
    serves = any(has_routes(source) for source in sources)
    if not apps or not serves or any(_measures(each) for each in sources):
        return
    source, place = apps[0]
    if lacks_files(project, [source]):
        return
    yield source, Site(node=node_at(place), message="the service measures nothing")


@per_file
def _measures(source: Source) -> bool:
    return source.imports(*_LIBRARIES) or '"/metrics' in source.text


REPAIR = Brief(
    summary="Count requests and errors and time them per route, and expose the figures "
    "on `/metrics`"
)

HAZARD = Hazard(
    title="Measure what the service does",
    practice="metrics",
    severity=Severity.LOW,
    check_project=check_project,
    preview=True,
    gathers=(application_sites, own_imports, has_routes, _measures),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Google SRE Book, chapter 6: the four golden signals",),
    subject="a web application",
    concerns=lambda source: any(True for _ in applications(source)),
)
