"""Turns documents and refusals into what a tool call returns."""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent, ToolAnnotations

from prodwright.core.errors import ProdwrightError
from prodwright.mcp.documents import (
    error_document,
    failure_document,
    job_document,
    output_schema,
    plain,
    shortened,
)
from prodwright.mcp.jobs import Job

READS = ToolAnnotations(
    read_only_hint=True,
    destructive_hint=False,
    idempotent_hint=True,
    open_world_hint=False,
)
WRITES = ToolAnnotations(
    read_only_hint=False,
    destructive_hint=False,
    idempotent_hint=False,
    open_world_hint=False,
)
INSTALLS = WRITES.model_copy(update={"open_world_hint": True})

Function = Callable[..., Awaitable[dict[str, Any]]]


def made(
    function: Function, *, title: str, returns: tuple[str, ...], hints: ToolAnnotations
) -> Tool:
    """Return the tool that `function` is; its docstring is the description.

    Args:
        function: Returns a document, or raises one of our errors.
        title: For people.
        returns: Kinds of documents, for the published schema.
        hints: What calling it does to the world.
    """
    tool = Tool.from_function(
        _answered(function),
        title=title,
        description=inspect.getdoc(function),
        annotations=hints,
        structured_output=False,
    )
    tool.fn_metadata.output_schema = output_schema(*returns)
    return tool


async def finished(
    job: Job, seconds: float, context: Context, most_findings: int
) -> dict[str, Any]:
    """Wait for a job and return its result, or how it stands after `seconds`.

    A call that the client takes back takes its work back as well.
    """
    try:
        await job.watch(seconds, progress(context))
    except anyio.get_cancelled_exc_class():
        job.cancel()
        raise
    if job.result is not None and job.is_over:
        return shortened(job.result, most_findings)
    if job.error is not None and job.reason is not None:
        return failure_document(job.reason, job.error)
    return job_document(job)


def progress(context: Context) -> Callable[[str], Awaitable[None]]:
    """Return who tells the client each line, where it asked for progress."""
    told = 0

    async def tell(line: str) -> None:
        nonlocal told
        told += 1
        await context.report_progress(told, message=plain(line))

    return tell


def _answered(function: Function) -> Callable[..., Awaitable[CallToolResult]]:
    @wraps(function)
    async def call(*arguments: Any, **named: Any) -> CallToolResult:
        try:
            document = await function(*arguments, **named)
        except ProdwrightError as error:
            document = error_document(error)
        return _answer(plain(document))

    return call


def _answer(document: Mapping[str, Any]) -> CallToolResult:
    is_error = "error" in document and "job" not in document
    return CallToolResult(
        content=[TextContent(type="text", text=_text(document, is_error=is_error))],
        structured_content=dict(document),
        is_error=is_error,
    )


def _text(document: Mapping[str, Any], *, is_error: bool) -> str:
    if not is_error:
        return json.dumps(document, ensure_ascii=False)
    error = document["error"]
    return f"error[{error['code']}]: {error['message']}\nhint: {error['hint']}"
