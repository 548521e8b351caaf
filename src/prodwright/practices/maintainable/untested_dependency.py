"""Code that talks to another service, and that no test runs, works by hope.

The field that the other side renamed, the empty page, the 503: each is met for
the first time in production, by the one module that nobody ever executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Place,
    Project,
    Severity,
    Site,
    Source,
    node_at,
    per_file,
    place_of,
)

_ADAPTER = """
    import httpx


    def rate(country):
        reply = httpx.get(f"https://rates.example/{country}", timeout=5)  # flagged
        reply.raise_for_status()
        return reply.json()["rate"]
"""

EXAMPLES = (
    Example(
        bad={
            "shop/rates.py": _ADAPTER,
            "tests/test_prices.py": """
                from shop.prices import gross


                def test_gross():
                    assert gross(100) == 119
            """,
        },
        good={
            "shop/rates.py": _ADAPTER.replace("  # flagged", ""),
            "tests/test_rates.py": """
                from shop.rates import rate


                def test_a_rate_is_read(server):
                    server.answers({"rate": 19})
                    assert rate("de") == 19
            """,
        },
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "request", "head")
_OUTBOUND = frozenset(
    [f"{library}.{verb}" for library in ("requests", "httpx") for verb in _VERBS]
    + [f"requests.Session.{verb}" for verb in _VERBS]
    + [f"httpx.Client.{verb}" for verb in _VERBS]
    + [f"httpx.AsyncClient.{verb}" for verb in _VERBS]
    + ["urllib.request.urlopen", "boto3.client", "boto3.resource", "smtplib.SMTP"]
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    if not project.has_tests:
        return
    tests = [source for source in project.sources if source.is_test]
    for source in project.production():
        place = _outbound(source)
        if place is not None and not any(
            _names(test, _known(source)) for test in tests
        ):
            message = f"no test mentions {_known(source)}, which talks to the outside"
            yield source, Site(node=node_at(place), message=message)


@per_file
def _names(source: Source, text: str) -> bool:
    return text in source.text


@per_file
def _outbound(source: Source) -> Place | None:
    if not source.imports("requests", "httpx", "urllib", "boto3", "smtplib"):
        return None
    return next(map(place_of, source.calls_to(_OUTBOUND)), None)


def _known(source: Source) -> str:
    """Return the name that a test would import the module by."""
    path = PurePosixPath(source.path)
    return path.parent.name if path.stem == "__init__" else path.stem


REPAIR = Brief(
    summary="Run it in a test against the real service in a container, or against a "
    "faithful fake on loopback that also times out, fails and answers nonsense"
)

HAZARD = Hazard(
    title="Run every adapter against a faithful peer",
    practice="integration-tests",
    severity=Severity.NOTE,
    check_project=check_project,
    gathers=(_outbound,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Growing Object-Oriented Software, Guided by Tests, chapter 8",),
    subject="calls to other services",
    concerns=lambda source: _outbound(source) is not None,
)
