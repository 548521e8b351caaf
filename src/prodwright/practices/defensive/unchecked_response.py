"""An error page parsed as an answer turns a 503 into wrong data.

`.json()` of a failure gives another shape or an unrelated decoding error, far
from the request that failed, and the status that would explain it is lost.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    is_run_by_hand,
    keyword,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import requests


            def rate(url):
                answer = requests.get(url, timeout=5)
                return answer.json()["rate"]  # flagged


            def name(url):
                return requests.get(url, timeout=5).json()["name"]  # flagged
        """,
        good="""
            import requests


            def rate(url):
                answer = requests.get(url, timeout=5)
                answer.raise_for_status()
                return answer.json()["rate"]
        """,
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
_REQUESTS = frozenset(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("requests", "httpx"):
        return
    for call in source.calls_by_word("json"):
        match call.func:
            case ast.Attribute(value=answer, attr="json") if not call.args:
                by_hand = is_run_by_hand(source, call)
                if not by_hand and _is_unchecked(source, answer):
                    message = "the answer is used before its status is looked at"
                    yield Site(node=call, message=message)


def _is_unchecked(source: Source, answer: ast.expr) -> bool:
    made = only_value(source, answer)
    made = made.value if isinstance(made, ast.Await) else made
    if not isinstance(made, ast.Call) or source.called(made) not in _REQUESTS:
        return False
    if keyword(made, "hooks") is not None or not isinstance(answer, ast.Name):
        return True
    function = source.function_of(answer) or source.tree
    uses = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name)
        and node.id == answer.id
        and isinstance(node.ctx, ast.Load)
    ]
    if _shape_is_asked(source, function, answer):
        return False
    return all(_reads_body(source.parent(each)) for each in uses)


def _shape_is_asked(source: Source, function: ast.AST, answer: ast.Name) -> bool:
    """`if "error" in data` asks the body what the status would tell."""
    bodies = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        and source.segment(node.value) in (f"{answer.id}.json()",)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and isinstance(node.comparators[0], ast.Name)
        and node.comparators[0].id in bodies
        for node in ast.walk(function)
    )


def _reads_body(around: ast.AST | None) -> bool:
    return isinstance(around, ast.Attribute) and around.attr in ("json", "text")


REPAIR = Brief(
    summary="Call `raise_for_status()` (or branch on the status), then check the shape "
    "of the body before using it"
)

HAZARD = Hazard(
    title="Check the status before using the answer",
    practice="distrust-external-data",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-252", "CWE-754"),
)
