"""A duration measured with `time.time()` jumps when the clock is set.

Time synchronisation moves the wall clock in both directions: latencies turn
negative, timeouts fire at once or never. `time.monotonic()` only goes forward.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Function,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import time


            def timed(work, histogram):
                start = time.time()
                work()
                histogram.observe(time.time() - start)  # flagged
        """,
        good="""
            import time


            def timed(work, histogram):
                start = time.monotonic()
                work()
                histogram.observe(time.monotonic() - start)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("time"):
        return
    for difference in source.nodes(ast.BinOp):
        if not isinstance(difference.op, ast.Sub):
            continue
        ends = (difference.left, difference.right)
        if all(_is_now(source, only_value(source, each)) for each in ends):
            message = "the duration is wrong whenever the clock is set"
            yield Site(node=difference, message=message, mended=_around(source, ends))


def _is_now(source: Source, value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and source.called(value) == "time.time"


def _around(source: Source, ends: tuple[ast.expr, ast.expr]) -> Function | None:
    """Both ends have to change together, so the whole function is mended."""
    return source.function_of(ends[0])


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.mended
    if not isinstance(function, Function) or _is_kept(mending.source, function):
        return None
    imported = mending.source.names.imported
    clocks = frozenset(name for name, whole in imported.items() if whole == "time")
    return Mended(node.visit(_monotonic(clocks)))


def _is_kept(source: Source, function: Function) -> bool:
    """Some reading of the clock is used for more than differences."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and source.called(node) == "time.time":
            if not _only_subtracted(source, node, function):
                return True
            if not isinstance(node.func, ast.Attribute):
                return True
    return False


def _only_subtracted(source: Source, call: ast.Call, function: Function) -> bool:
    around = source.parent(call)
    if isinstance(around, ast.BinOp):
        return isinstance(around.op, ast.Sub)
    match around:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return all(
                isinstance(parent := source.parent(node), ast.BinOp)
                and isinstance(parent.op, ast.Sub)
                and _is_now(source, only_value(source, parent.left))
                and _is_now(source, only_value(source, parent.right))
                for node in ast.walk(function)
                if isinstance(node, ast.Name)
                and node.id == name
                and isinstance(node.ctx, ast.Load)
            )
        case _:
            return False


def _monotonic(clocks: frozenset[str]) -> cst.CSTTransformer:
    """libcst loads late, and so must a class that derives from it."""

    class Monotonic(cst.CSTTransformer):
        def leave_Call(  # noqa: N802
            self, original_node: cst.Call, updated_node: cst.Call
        ) -> cst.Call:
            match updated_node.func:
                case cst.Attribute(
                    value=cst.Name(value=module), attr=cst.Name(value="time")
                ) if module in clocks:
                    func = updated_node.func.with_changes(attr=cst.Name("monotonic"))
                    return updated_node.with_changes(func=func)
            return updated_node

    return Monotonic()


REPAIR = Rewrite(
    summary="Read `time.monotonic()` at both ends",
    at="FunctionDef",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Measure durations with a monotonic clock",
    practice="metrics",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 418",),
)
