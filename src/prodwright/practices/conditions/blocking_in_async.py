"""One blocking call in a coroutine stops every request of the process.

The event loop cannot switch away from `time.sleep` or a synchronous request;
health checks time out, and the orchestrator restarts a process that only waits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            import asyncio
            import time


            async def retry(call):
                time.sleep(1)  # flagged
                return await call()
        """,
        good="""
            import asyncio
            import time


            async def retry(call):
                await asyncio.sleep(1)
                return await call()
        """,
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "head", "request")
_BLOCKING = frozenset(
    {
        "time.sleep",
        "urllib.request.urlopen",
        "socket.create_connection",
        "os.system",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "input",
        "os.wait",
        "os.waitpid",
        *(
            f"{client}.{verb}"
            for client in ("requests", "requests.Session", "httpx", "httpx.Client")
            for verb in _VERBS
        ),
    }
)


def check(source: Source) -> Iterator[Site]:
    if not any(True for _ in source.nodes(ast.AsyncFunctionDef)):
        return
    for call in source.calls_to(_BLOCKING):
        if _runs_in_loop(source, call):
            message = f"{source.called(call)} stops the whole event loop"
            yield Site(node=call, message=message)


def _runs_in_loop(source: Source, call: ast.Call) -> bool:
    for around in source.ancestors(call):
        if isinstance(around, ast.Lambda | ast.FunctionDef | ast.ClassDef):
            return False
        if isinstance(around, ast.AsyncFunctionDef):
            return True
    return False


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    source = mending.source
    if source.called(call) != "time.sleep" or source.names.binds("asyncio"):
        return None
    if not isinstance(source.parent(call), ast.Expr):
        return None
    slept = node.with_changes(func=cst.parse_expression("asyncio.sleep"))
    return Mended(cst.Await(expression=slept), ("asyncio",))


REPAIR = Rewrite(
    summary="Sleep with `await asyncio.sleep`; move other blocking calls to "
    "`asyncio.to_thread` or an asynchronous client",
    at="Call",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Keep the event loop free",
    practice="concurrency",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-833", "Python docs: developing with asyncio"),
    subject="coroutines",
    concerns=lambda source: any(True for _ in source.nodes(ast.AsyncFunctionDef)),
)
