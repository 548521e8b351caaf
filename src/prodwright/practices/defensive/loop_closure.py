"""Every function made in the loop sees the value of the last round.

Ten callbacks then work on the tenth item, nine never happen, and a test with a
single item passes.
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
    loop_around,
)

EXAMPLES = (
    Example(
        bad="""
            def plan(jobs, hooks):
                for job in jobs:
                    hooks.append(lambda: job.run())  # flagged
        """,
        good="""
            def plan(jobs, hooks):
                for job in jobs:
                    hooks.append(lambda job=job: job.run())
        """,
    ),
    Example(
        bad="""
            def table(names, show):
                return {name: lambda row: show(name, row) for name in names}  # flagged
        """,
        good="""
            def table(names, show):
                return {name: lambda row, name=name: show(name, row) for name in names}
        """,
    ),
)

_KEEPING = frozenset(
    {
        "append",
        "add_done_callback",
        "call_later",
        "call_soon",
        "insert",
        "add",
        "register",
        "connect",
        "Timer",
        "setdefault",
        "appendleft",
    }
)
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp


def check(source: Source) -> Iterator[Site]:
    for function in source.nodes(ast.Lambda):
        loop = _loop_that_keeps(source, function)
        late = sorted(_free(function) & _targets(loop)) if loop is not None else []
        if late:
            names = ", ".join(late)
            message = f"the function sees only the last {names}"
            yield Site(node=function, message=message)


def _loop_that_keeps(source: Source, function: ast.Lambda) -> ast.AST | None:
    """Return the loop around a function that outlives its round."""
    around = source.parent(function)
    if isinstance(around, _COMPREHENSIONS):
        return around
    match around:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            kept = name in _KEEPING
        case ast.Assign(targets=[ast.Subscript()]):
            kept = True
        case _:
            kept = False
    loop = loop_around(source, function) if kept else None
    return None if loop is None or _ends_round(source, function) else loop


def _ends_round(source: Source, function: ast.Lambda) -> bool:
    """The loop ends with this round."""
    statement = next(
        each for each in source.ancestors(function) if isinstance(each, ast.stmt)
    )
    block = source.parent(statement)
    body = getattr(block, "body", [])
    return bool(body) and isinstance(body[-1], ast.Return | ast.Break)


def _targets(loop: ast.AST) -> set[str]:
    match loop:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            targets = [target]
        case ast.ListComp(generators=each) | ast.SetComp(generators=each):
            targets = [part.target for part in each]
        case ast.DictComp(generators=each):
            targets = [part.target for part in each]
        case _:
            targets = []
    nodes = (node for target in targets for node in ast.walk(target))
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _free(function: ast.Lambda) -> set[str]:
    own = {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
    inner = {
        node.id
        for each in ast.walk(function.body)
        if isinstance(each, ast.comprehension)
        for node in ast.walk(each.target)
        if isinstance(node, ast.Name)
    }
    used = {node.id for node in ast.walk(function.body) if isinstance(node, ast.Name)}
    return used - own - inner


def mend(node: cst.Lambda, mending: Mending) -> Mended | None:
    function = mending.site.node
    assert isinstance(function, ast.Lambda)
    given = function.args
    if given.vararg or given.kwarg or given.kwonlyargs:
        return None
    loop = _loop_that_keeps(mending.source, function)
    late = sorted(_free(function) & _targets(loop)) if loop is not None else []
    before = mending.source.segment(function).partition(":")[0]
    head = f"{before}, " if given.args or given.posonlyargs else f"{before.rstrip()} "
    bound = ", ".join(f"{name}={name}" for name in late)
    fresh = cst.parse_expression(f"{head}{bound}: None")
    assert isinstance(fresh, cst.Lambda)
    if "\n" in before or given.defaults:
        return None
    return Mended(
        node.with_changes(
            params=fresh.params, whitespace_after_lambda=fresh.whitespace_after_lambda
        )
    )


REPAIR = Rewrite(
    summary="Bind the loop's value as a default argument",
    at="Lambda",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Bind loop values when the function is made",
    practice="least-surprise",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Python FAQ: lambdas defined in a loop",),
)
