"""One blocking call in a coroutine stops every request of the process.

The event loop cannot switch away from `time.sleep` or a synchronous request;
health checks time out, and the orchestrator restarts a process that only waits.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Call,
    Example,
    Hazard,
    Mended,
    Mending,
    Project,
    Rewrite,
    Severity,
    Site,
    Source,
    body_nodes,
    cst,
    effects_in,
    site_of_way,
    way_told,
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

_MOST_STEPS = 2  # what each step on the way assumes adds up
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


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    """A function that blocks is told of once, where the first coroutine calls it."""
    effects = project.effects
    callers: dict[str, list[tuple[str, Call]]] = {}
    for name, known in effects.functions.items():
        for target, call in effects.calls(name) if known.doing.is_async else ():
            if target in effects.blocks:
                callers.setdefault(target, []).append((known.path, call))
    for target, found in callers.items():
        way = effects.blocks[target]
        if len(way.steps) <= _MOST_STEPS:
            path, call = found[0]
            more = f" ({len(found)} calls in coroutines)" if len(found) > 1 else ""
            told = way_told(target.rpartition(".")[2], way)
            message = f"{told} stops the whole event loop{more}"
            yield project.by_path[path], site_of_way(project, call, way, message)


def _runs_in_loop(source: Source, call: ast.Call) -> bool:
    for around in source.ancestors(call):
        if isinstance(around, ast.Lambda | ast.FunctionDef | ast.ClassDef):
            return False
        if isinstance(around, ast.AsyncFunctionDef):
            return not _is_other_way(source, call)
    return False


def _is_other_way(source: Source, call: ast.Call) -> bool:
    """The other branch awaits: this one is for whoever has no event loop."""
    below: ast.AST = call
    for around in source.ancestors(call):
        if isinstance(around, ast.If) and below in around.body + around.orelse:
            other = around.orelse if below in around.body else around.body
            if any(isinstance(each, ast.Await) for each in body_nodes(other)):
                return True
        if isinstance(around, ast.AsyncFunctionDef):
            break
        below = around
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
    check_project=check_project,
    gathers=(effects_in,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-833", "Python docs: developing with asyncio"),
    subject="coroutines",
    concerns=lambda source: any(True for _ in source.nodes(ast.AsyncFunctionDef)),
)
