"""`build_start`.

Its annotations are evaluated where they stand: one names a function of the closure.
"""

import os
from collections.abc import Mapping
from typing import Annotated, Any

from anyio import to_thread
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.tools import Tool
from pydantic import Field

from prodwright.api.questioning import questionnaire
from prodwright.core.errors import NeedsInput, ProdwrightError
from prodwright.intake.general import NETWORK
from prodwright.mcp.answering import INSTALLS, made, progress
from prodwright.mcp.asking import Answers, answered, can_ask, form
from prodwright.mcp.documents import job_document
from prodwright.mcp.jobs import Job
from prodwright.mcp.office import Office
from prodwright.mcp.parameters import Into, Request

_OPENING_SECONDS = 30.0

Given = Annotated[
    dict[str, str],
    Field(max_length=50, description="Answers by question; see `questions`."),
]
MayAsk = Annotated[
    bool, Field(description="False: open questions take their defaults unasked.")
]


def tool(office: Office) -> Tool:
    """Return the tool."""

    async def open_questions(
        *, ctx: Context, request: str, into: str, answers: dict[str, str], ask: bool
    ) -> Answers | Elicit[Answers]:
        if not ask or not can_ask(ctx.client_capabilities):
            return Answers()
        try:
            place = office.root.inside(into)
            asked = await to_thread.run_sync(questionnaire, request, place, os.environ)
        except ProdwrightError:
            return Answers()  # the tool itself says what is wrong
        missing = [each for each in asked.unanswered if each.key not in answers]
        return form(asked.title, missing) if missing else Answers()

    async def build_start(
        *,
        ctx: Context,
        request: Request,
        asked: Annotated[ElicitationResult[Answers], Resolve(open_questions)],
        into: Into = ".",
        answers: Given = {},  # noqa: B006 - never changed; shown in the schema
        ask: MayAsk = True,
    ) -> dict[str, Any]:
        """Begin to write a service from a request, and return its job at once.

        Asks the open questions of the intake where the client can show them. The
        work goes on by itself: code with tests, a gate that judges it, a branch.
        Follow it with `poll`, end it with `cancel`.
        """
        place = office.root.inside(into)
        await to_thread.run_sync(questionnaire, request, place, os.environ)
        form_said = answered(asked)
        told = _told(form_said, answers)
        # A person filled the form in; `answers` are a program's, which allows nothing.
        network = (form_said or {}).get(NETWORK, "")
        arguments = {"request": request, "into": str(place), "answers": told}
        arguments["network"] = network
        job = office.start("build_start", arguments)
        seconds = office.within(_OPENING_SECONDS)
        await job.watch(seconds, progress(ctx), until=Job.is_accepted)
        return job_document(job)

    title = "Start building a service"
    return made(build_start, title=title, returns=("job",), hints=INSTALLS)


def _told(
    form_said: Mapping[str, str] | None, answers: Mapping[str, str]
) -> dict[str, str]:
    if form_said is None:
        raise NeedsInput("the questions were cancelled", hint="answer or decline them")
    return {**form_said, **answers}
