"""A scheduler inside the web service runs the job once in each replica.

With three replicas the invoices go out three times; with none awake at two in the
morning they do not go out at all.
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
    keyword,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                from apscheduler.schedulers.background import BackgroundScheduler
                from fastapi import FastAPI

                app = FastAPI()
                scheduler = BackgroundScheduler()  # flagged
                scheduler.add_job(send_invoices, "cron", hour=2)
                scheduler.start()
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI

                app = FastAPI()
            """,
            "app/nightly.py": """
                from app.invoices import send_invoices

                if __name__ == "__main__":
                    send_invoices()
            """,
        },
    ),
)

_SCHEDULERS = frozenset(
    {
        "apscheduler.schedulers.background.BackgroundScheduler",
        "apscheduler.schedulers.asyncio.AsyncIOScheduler",
        "apscheduler.schedulers.gevent.GeventScheduler",
        "flask_apscheduler.APScheduler",
        "fastapi_utils.tasks.repeat_every",
        "fastapi_restful.tasks.repeat_every",
    }
)
_CLAIMS = ("advisory_lock", "leader", "pg_try_advisory", "redlock", ".lock(", "claim")


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    if not any(application_sites(source) for source in sources):
        return
    for source in sources:
        if not source.imports("apscheduler", "flask_apscheduler", "fastapi_utils"):
            continue
        if any(word in source.text for word in _CLAIMS):
            continue
        for call in source.calls_to(_SCHEDULERS):
            if keyword(call, "jobstores") is None:
                message = "each replica runs these jobs"
                yield source, Site(node=call, message=message)


REPAIR = Brief(
    summary="Run jobs in a process of their own (a CronJob, a worker), or let a "
    "replica claim each run in the database first"
)

HAZARD = Hazard(
    title="Run scheduled work once",
    practice="horizontal-scale",
    severity=Severity.MEDIUM,
    check_project=check_project,
    gathers=(application_sites,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("APScheduler FAQ: sharing job stores among processes",),
    subject="scheduled work",
    concerns=lambda source: "scheduler" in source.text.lower(),
)
