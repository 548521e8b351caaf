"""Whether somebody looked at a value on its way, in a manner not to be followed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from prodwright.analysis import Function, Source
from prodwright.analysis.dataflow import Flow as Way
from prodwright.analysis.ir import line_of
from prodwright.kit._hazard import Flow

_NAMED = re.compile(r"(?:becomes|parameter) (\w+)$|^(\w+), from the client")
_TRUSTED = re.compile(r"(?i)admin|superuser|staff|root_user|operator")
# Whether something is there says nothing of what it is.
_NO_CHECKS = frozenset(
    {"exists", "is_file", "is_dir", "isfile", "isdir", "len", "bool", "isinstance"}
)


def is_checked(flow: Flow, way: Way, sources: Mapping[str, Source]) -> bool:
    """Tell whether the project itself vouches for what takes this way."""
    first, last = way.steps[0], way.steps[-1]
    ends = [sources[first[0]], sources[way.path]]
    if any(flow.is_vouched_for(each.text) for each in ends):
        return True
    if not flow.heeds_checks:
        return False
    found = (_NAMED.search(note) for *_, note in way.steps)
    names = {each[1] or each[2] for each in found if each is not None}
    begin = _function_at(ends[0], line_of(first[1]))
    end = _function_at(ends[1], line_of(last[1]))
    if begin is not None and _TRUSTED.search(_signature(begin)):
        return True
    bounds = ((begin, 1 << 30), (end, line_of(last[1])))
    return any(
        each is not None and any(_is_check(test, names) for test in _tests(each, line))
        for each, line in bounds
    )


def _function_at(source: Source, line: int) -> Function | None:
    """Return the innermost function around a line."""
    around = [
        each
        for each in source.functions()
        if each.lineno <= line <= (each.end_lineno or each.lineno)
    ]
    return max(around, key=lambda each: each.lineno, default=None)


def _signature(function: Function) -> str:
    decorators = " ".join(ast.unparse(each) for each in function.decorator_list)
    return f"{decorators} {ast.unparse(function.args)}"


def _tests(function: Function, before: int) -> Iterator[ast.expr]:
    """Yield the conditions above a line that make the function end."""
    for node in ast.walk(function):
        if isinstance(node, ast.If) and node.lineno < before and _leaves(node.body):
            yield node.test


def _leaves(body: list[ast.stmt]) -> bool:
    match body[-1]:
        case ast.Raise() | ast.Return():
            return True
        case ast.Expr(
            value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))
        ):
            return name in ("abort", "fail", "exit")
        case _:
            return False


def _is_check(test: ast.expr, names: set[str]) -> bool:
    """Tell whether a condition is about one of `names`, and more than its presence."""
    match test:
        case ast.UnaryOp(operand=ast.Name()) | ast.Name():
            return False
        case ast.Compare(comparators=[ast.Constant(value=None)]):
            return False
    calls = [each for each in ast.walk(test) if isinstance(each, ast.Call)]
    if calls and all(_called(each) in _NO_CHECKS for each in calls):
        return False
    return any(
        isinstance(each, ast.Name) and each.id in names for each in ast.walk(test)
    )


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
