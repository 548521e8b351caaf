"""What tools return: documents, their schemas, and nothing that steers a terminal."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import prodwright.delivery
from prodwright.core.errors import ProdwrightError
from prodwright.core.printing import printable
from prodwright.core.stop import StopReason
from prodwright.delivery.document import SCHEMA_VERSION
from prodwright.mcp.jobs import Job

MOST_FINDINGS = 100
_POINTER = "#/$defs/"
_REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
_SEVERITIES = ("critical", "high", "medium", "low", "note")


def plain(value: Any) -> Any:
    """Return `value` without characters that steer a terminal or hide text."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(key)): plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def shortened(result: dict[str, Any], most: int = MOST_FINDINGS) -> dict[str, Any]:
    """Return a result with the worst findings and the violated verdicts only.

    A model reads it: hundreds of entries would fill its memory. The stages still
    count all findings, and the tool `verdict` has all verdicts.
    """
    if "findings" not in result:
        return result
    worst = sorted(result["findings"], key=lambda e: _SEVERITIES.index(e["severity"]))
    violated = [each for each in result["verdicts"] if each["verdict"] == "violated"]
    return {**result, "findings": worst[:most], "verdicts": violated[:most]}


def standings(result: dict[str, Any]) -> dict[str, int]:
    """Return how many verdicts of each kind a result has."""
    return dict(Counter(each["verdict"] for each in result.get("verdicts", ())))


def job_document(job: Job) -> dict[str, Any]:
    """Return how a job stands."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "job": job.order.id,
        "tool": job.order.tool,
        "state": _state(job),
        "run": job.order.id if job.order.is_run else "",
        "folder": job.order.folder,
        "steps": list(job.steps),
        "under_way": job.under_way,
        "told": job.lines[-20:],
        "seconds": job.seconds,
        "next": _next(job),
    }
    if job.reason is not None:
        document["stop_reason"] = job.reason.label
        document["exit_code"] = job.reason.exit_code
    if job.result is not None:
        document["standings"] = standings(job.result)
        document["result"] = shortened(job.result)
    if job.error is not None:
        document["error"] = dict(job.error)
    return document


def error_document(error: ProdwrightError) -> dict[str, Any]:
    """Return the document of a refusal."""
    told = {"code": error.code, "message": str(error), "hint": error.hint}
    return failure_document(error.reason, told)


def failure_document(reason: StopReason, error: dict[str, str]) -> dict[str, Any]:
    """Return the document of work that failed."""
    return {
        "schema_version": SCHEMA_VERSION,
        "stop_reason": reason.label,
        "exit_code": reason.exit_code,
        "error": dict(error),
    }


def output_schema(*kinds: str) -> dict[str, Any]:
    """Return the schema of a tool that answers with one of `kinds`, or an error.

    Args:
        *kinds: `result` is the published document; the others are in
            `mcp-1.0.schema.json`.
    """
    ours = _read("mcp-1.0.schema.json")["$defs"]
    result = _read("result-1.0.schema.json")
    definitions = {**ours, **result.pop("$defs")}
    definitions["result"] = {
        key: value for key, value in result.items() if key not in ("$schema", "$id")
    }
    every = (*kinds, "error")
    needed = _needed(every, definitions)
    return {
        "type": "object",
        "anyOf": [{"$ref": f"{_POINTER}{kind}"} for kind in every],
        "$defs": {name: definitions[name] for name in sorted(needed)},
    }


def _needed(names: Iterable[str], definitions: dict[str, Any]) -> set[str]:
    """Return `names` and whatever their definitions refer to."""
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _REFERENCE.findall(json.dumps(definitions[name]))
    return needed


def _read(name: str) -> dict[str, Any]:
    folder = files(prodwright.delivery) / "schemas"
    schema: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return schema


def _state(job: Job) -> str:
    if job.reason is None:
        return "working"
    if job.reason is StopReason.TERMINATED:
        return "cancelled"
    return "finished" if job.result is not None else "failed"


def _next(job: Job) -> str:
    if job.reason is None:
        return f"call `poll` with job {job.order.id}"
    if job.error is not None and job.order.is_run and job.steps:
        return f"call `resume` with run {job.order.id} to go on where it stopped"
    return ""
