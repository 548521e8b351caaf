"""A result nobody looks at makes failed work count as done.

A coroutine that is not awaited never runs; a command whose exit status is
dropped may have failed from the start. Both look like success.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, body_nodes

EXAMPLES = (
    Example(
        bad="""
            async def notify(user):
                await user.send("done")


            async def finish(user):
                notify(user)  # flagged
                return "ok"
        """,
        good="""
            async def notify(user):
                await user.send("done")


            async def finish(user):
                await notify(user)
                return "ok"
        """,
    ),
    Example(
        bad="""
            import subprocess


            def restore(dump):
                subprocess.run(["pg_restore", dump], timeout=600)  # flagged
        """,
        good="""
            import subprocess


            def restore(dump):
                subprocess.run(["pg_restore", dump], timeout=600, check=True)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    coroutines = _coroutines(source)
    for statement in source.nodes(ast.Expr):
        match statement.value:
            case ast.Call(func=ast.Name(id=name)) as call if name in coroutines:
                yield Site(node=call, message=f"{name}() is not awaited, so never runs")
            case ast.Call() as call if source.called(call) == "subprocess.run":
                if not _is_checked(source, call):
                    message = "whether the command failed is never looked at"
                    yield Site(node=call, message=message)


def _is_checked(source: Source, call: ast.Call) -> bool:
    """Checked, or an attempt that may fail."""
    if any(each.arg in ("check", None) for each in call.keywords):
        return True
    return any(isinstance(each, ast.Try) for each in source.ancestors(call))


def _coroutines(source: Source) -> set[str]:
    """Names of coroutine functions that mean nothing else in this file."""
    found = {
        each.name
        for each in source.nodes(ast.AsyncFunctionDef)
        if isinstance(source.parent(each), ast.Module) and not each.decorator_list
    }
    other = {each.name for each in source.nodes(ast.FunctionDef)}
    other |= {each.name for each in source.nodes(ast.ClassDef)}
    names = {each for each in found if not source.names.is_assigned(each)}
    return names - other - _generators(source)


def _generators(source: Source) -> set[str]:
    return {
        each.name
        for each in source.nodes(ast.AsyncFunctionDef)
        if any(isinstance(node, ast.Yield) for node in body_nodes(each.body))
    }


REPAIR = Brief(
    summary="Await the coroutine; pass `check=True` to the command or look at its "
    "return code"
)

HAZARD = Hazard(
    title="Look at every result that can be a failure",
    practice="clear-propagation",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-252",),
)
