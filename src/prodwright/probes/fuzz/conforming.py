"""Whether an answer is what the application says that it gives, in the plain sense.

Types and required keys are compared, down to a few levels; what a schema says beyond
that is not judged.
"""

from __future__ import annotations

import json
from typing import Any

from prodwright.probes.fuzz.messages import Answer
from prodwright.probes.fuzz.schemas import Document, Operation

_MOST_DEPTH = 4
_MOST_ITEMS = 20
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def departure(document: Document, operation: Operation | None, answer: Answer) -> str:
    """Return how an answer departs from what is declared; empty: it does not."""
    declared = operation.answers.get(str(answer.status)) if operation else None
    if not declared or "json" not in answer.header("content-type"):
        return ""
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    return _difference(document, declared, content, "the answer", 0)


def _difference(
    document: Document, schema: Any, value: Any, name: str, depth: int
) -> str:
    if depth > _MOST_DEPTH or _is_open(schema):
        return ""
    found = document.resolved(schema)
    kind = found.get("type")
    types = _TYPES.get(kind, ()) if isinstance(kind, str) else ()
    if types and (not isinstance(value, types) or _is_false_number(value, kind)):
        return f"{name} is {type(value).__name__}, and declared as {kind}"
    if isinstance(value, dict):
        return _of_object(document, found, value, name, depth)
    if isinstance(value, list):
        items = found.get("items")
        told = (
            _difference(document, items, each, f"an item of {name}", depth + 1)
            for each in value[:_MOST_ITEMS]
        )
        return next((each for each in told if each), "")
    return ""


def _is_open(schema: Any) -> bool:
    """Alternatives, and what may be null, are left to others."""
    keys = ("anyOf", "oneOf", "allOf", "nullable", "not")
    return not isinstance(schema, dict) or any(key in schema for key in keys)


def _is_false_number(value: Any, kind: Any) -> bool:
    return isinstance(value, bool) and kind != "boolean"


def _of_object(
    document: Document,
    schema: dict[str, Any],
    value: dict[str, Any],
    name: str,
    depth: int,
) -> str:
    for key in schema.get("required", ()):
        if key not in value:
            return f"{name} lacks {key}, which is declared as required"
    properties = schema.get("properties") or {}
    told = (
        _difference(document, properties[key], inner, f"{key} of {name}", depth + 1)
        for key, inner in value.items()
        if key in properties
    )
    return next((each for each in told if each), "")
