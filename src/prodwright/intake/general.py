"""What is asked when no blueprint knows better questions, in every intake area."""

from __future__ import annotations

from collections.abc import Mapping

from prodwright.core.allowance import HOSTS_PATTERN, NOBODY
from prodwright.core.profile import Area, Question

NETWORK = "network"

QUESTIONS = (
    Question(
        key="peak_requests_per_second",
        area=Area.LOAD,
        text="How many requests or items per second must it bear at its peak?",
        changes="limits, queues, indexes, and what is tested under load",
        default="10",
        pattern=r"[1-9]\d{0,6}",
        alternatives=("1000",),
    ),
    Question(
        key="personal_data",
        area=Area.SECURITY,
        text="Does it handle personal or otherwise protected data?",
        changes="what may be logged, encryption, access checks, audit records",
        options=("yes", "no"),
        default="yes",
    ),
    Question(
        key="outside_services",
        area=Area.INTEGRATION,
        text="Which services outside does it call, if any?",
        changes="time limits, retries, breakers, and the fakes that tests run against",
        default="none",
        alternatives=("a payment gateway over HTTP",),
    ),
    Question(
        key="retention_days",
        area=Area.RETENTION,
        text="After how many days is stored data to be deleted (0: kept for good)?",
        changes="the purge and its test",
        default="0",
        pattern=r"\d{1,5}",
        alternatives=("30",),
    ),
    Question(
        key="deployment",
        area=Area.DEPLOYMENT,
        text="Where does it run?",
        changes="health checks, shutdown, configuration, what may be kept on disk",
        options=("container", "vm", "serverless", "library"),
        default="container",
    ),
    Question(
        key=NETWORK,
        area=Area.INTEGRATION,
        text="Which hosts may the work reach while it is being written and tested?",
        changes="what commands reach in the sandbox; the gate judges without a network",
        default=NOBODY,
        pattern=HOSTS_PATTERN,
        alternatives=("api.example.org, 127.0.0.1:8080",),
    ),
)
_ALWAYS = (
    "the request is fulfilled, and its tests say so",
    "no hazard is found by a check that caught its planted defect",
    "types and tests pass in isolation; no test is weakened",
    "new tests are tried on mutants; one that is never red counts as nothing",
)
_DEPLOYED = {
    "container": "liveness and readiness are told apart, and SIGTERM ends it in order",
    "vm": "it ends in order on SIGTERM, and survives a restart without losing data",
    "serverless": "it keeps nothing in memory or on disk between two calls",
    "library": "it configures no logging, opens nothing on import, and exits nothing",
}


def criteria(answers: Mapping[str, str]) -> tuple[str, ...]:
    """Return what must hold at the end, one sentence each.

    Args:
        answers: To the questions above.
    """
    told = [*_ALWAYS, _DEPLOYED[answers["deployment"]]]
    rate = answers["peak_requests_per_second"]
    told.append(f"it bears {rate} per second: nothing grows without bound with them")
    if answers["personal_data"] == "yes":
        told.append("no personal data reaches a log or an error message")
    if answers["outside_services"] != "none":
        services = answers["outside_services"]
        told.append(f"every call to {services} has a time limit and a tested failure")
    if answers["retention_days"] != "0":
        days = answers["retention_days"]
        told.append(f"what is older than {days} days is deleted, and a test shows it")
    return tuple(told)
