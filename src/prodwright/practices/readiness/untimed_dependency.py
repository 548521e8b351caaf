"""Where the time of a slow request goes, nobody can say, if calls are not timed.

The dashboard shows the route and not the service behind it. Two teams look for the
fault in their own code for a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Place,
    Project,
    Severity,
    Site,
    Source,
    is_found,
    node_at,
    per_file,
    place_of,
)

EXAMPLES = (
    Example(
        bad={
            "app/metrics.py": """
                from prometheus_client import Histogram

                REQUESTS = Histogram("requests_seconds", "Time of each request")
            """,
            "app/rates.py": """
                import httpx


                def rates():
                    return httpx.get("https://rates.test", timeout=5).json()  # flagged
            """,
        },
        good={
            "app/metrics.py": """
                from prometheus_client import Histogram

                RATES = Histogram("rates_seconds", "Time of each question for rates")
            """,
            "app/rates.py": """
                import httpx

                from app.metrics import RATES


                def rates():
                    with RATES.time():
                        return httpx.get("https://rates.test", timeout=5).json()
            """,
        },
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "request")
_CLIENTS = (
    "requests",
    "requests.Session",
    "httpx",
    "httpx.Client",
    "httpx.AsyncClient",
)
_CALLS = frozenset(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS)
_INSTRUMENTED = re.compile("Instrumentor")
_TIMED = re.compile(
    r"\.time\(\)|\.observe\(|perf_counter|monotonic|start_as_current_span|\.timer\b"
    r"|@timed|event_hooks|transport="
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    if not any(source.imports("prometheus_client") for source in sources):
        return  # whether there are metrics at all is another question
    if any(is_found(source, _INSTRUMENTED) for source in sources):
        return
    for source in sources:
        place = _outbound(source)
        if place is not None and not is_found(source, _TIMED):
            message = "nothing measures how long this dependency takes"
            yield source, Site(node=node_at(place), message=message)


@per_file
def _outbound(source: Source) -> Place | None:
    if not source.imports("requests", "httpx"):
        return None
    return next(map(place_of, source.calls_to(_CALLS)), None)


REPAIR = Brief(
    summary="Measure each call by dependency and outcome, in the one place that makes "
    "them (an event hook, a transport, a decorator)"
)

HAZARD = Hazard(
    title="Time each dependency",
    practice="metrics",
    severity=Severity.NOTE,
    check_project=check_project,
    gathers=(_outbound,),
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("Google SRE Book: the four golden signals",),
    subject="calls to other services",
    concerns=lambda source: source.imports("requests", "httpx"),
)
