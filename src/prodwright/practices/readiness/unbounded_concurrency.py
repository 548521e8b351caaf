"""One request with ten thousand items starts ten thousand calls at once.

The dependency is flooded, sockets and memory run out, and all of it times out
together. A semaphore keeps as many under way as the other side can take.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, only_value

EXAMPLES = (
    Example(
        bad="""
            import asyncio


            async def refresh(client, urls):
                calls = [client.get(url) for url in urls]
                return await asyncio.gather(*calls)  # flagged
        """,
        good="""
            import asyncio


            async def refresh(client, urls):
                limit = asyncio.Semaphore(20)

                async def fetch(url):
                    async with limit:
                        return await client.get(url)

                return await asyncio.gather(*[fetch(url) for url in urls])
        """,
    ),
)

_REMOTE = re.compile(
    r"(get|post|put|patch|delete|request|fetch\w*|download\w*|upload\w*|call_api|"
    r"send_request|query|execute|invoke|ainvoke|acompletion|embed\w*)"
)
_LIMITS = ("semaphore", "limit", "throttle", "pool", "sem", "batch", "chunk")


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to({"asyncio.gather"}):
        if len(call.args) != 1:
            continue
        made = _made(source, call.args[0])
        if made is not None and _is_remote(made.elt) and not _is_limited(source, call):
            message = "as many calls at once as there are items"
            yield Site(node=call, message=message)


def _made(source: Source, given: ast.expr) -> ast.ListComp | ast.GeneratorExp | None:
    value = only_value(source, given.value) if isinstance(given, ast.Starred) else given
    return value if isinstance(value, ast.ListComp | ast.GeneratorExp) else None


def _is_remote(element: ast.expr) -> bool:
    match element:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return _REMOTE.fullmatch(name) is not None
        case _:
            return False


def _is_limited(source: Source, call: ast.Call) -> bool:
    function = source.function_of(call) or source.tree
    names = (
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Name | ast.Attribute)
    )
    return any(word in name.lower() for name in names for word in _LIMITS)


REPAIR = Brief(
    summary="Take a semaphore around each call, or work through the items with a fixed "
    "number of workers"
)

HAZARD = Hazard(
    title="Limit what runs at the same time",
    practice="backpressure",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "CWE-400"),
    preview=True,
)
