"""`any([...])` builds the whole list before it looks at the first item.

A million rows are computed and kept, though the first one would have answered;
memory peaks where nobody looks for it, inside a line that reads as a question.
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
            def is_open(orders):
                return any([order.open for order in orders])  # flagged


            def total(orders):
                return sum([order.amount for order in orders])  # flagged
        """,
        good="""
            def is_open(orders):
                return any(order.open for order in orders)


            def total(orders):
                return sum(order.amount for order in orders)
        """,
    ),
)

_WALKING_THROUGH = frozenset({"sum", "min", "max"})
_CONSUMERS = _WALKING_THROUGH | {"any", "all"}
# `StopIteration` and the frame differ in a generator (PEP 479, PEP 709).
_TELLING = frozenset({"next", "__next__", "super", "locals", "vars", "eval", "exec"})
# Those that change nothing, so that nobody notices when they are not called.
_PURE = frozenset(
    {"callable", "isinstance", "issubclass", "len"}
    | {"casefold", "endswith", "lower", "startswith", "strip", "upper"}
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_CONSUMERS):
        match call:
            case ast.Call(args=[ast.ListComp() as built], keywords=[]):
                if not (_awaits(built) or _calls_each(source, call, built)):
                    message = f"{source.called(call)} needs no list"
                    yield Site(node=call, message=message)


def _awaits(built: ast.ListComp) -> bool:
    """A generator that awaits is an asynchronous one, which these do not take."""
    return any(isinstance(node, ast.Await) for node in ast.walk(built)) or any(
        each.is_async for each in built.generators
    )


def _calls_each(source: Source, call: ast.Call, built: ast.ListComp) -> bool:
    """Every item is to be called: `any` and `all` would stop at the first."""
    if source.called(call) in _WALKING_THROUGH:
        return False
    called = (node for node in ast.walk(built.elt) if isinstance(node, ast.Call))
    return not all(_last_name(each.func) in _PURE | {"get"} for each in called)


def _last_name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    built = node.args[0].value
    if not isinstance(built, cst.ListComp) or built.lpar:
        return None
    if _has_comments(built) or _is_noticed(mending.site.node):
        return None
    plain = cst.GeneratorExp(elt=built.elt, for_in=built.for_in, lpar=(), rpar=())
    argument = node.args[0].with_changes(value=plain, comma=cst.MaybeSentinel.DEFAULT)
    return Mended(node.with_changes(args=[argument]))


def _is_noticed(call: ast.AST) -> bool:
    """Tell whether the program can tell the generator from the list.

    `any` and `all` stop early: what is left is not called and not bound. A
    `StopIteration` passes a list and becomes a RuntimeError in a generator.
    """
    assert isinstance(call, ast.Call)
    stops_early = ast.unparse(call.func) not in _WALKING_THROUGH  # or renamed
    for node in ast.walk(call.args[0]):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in _TELLING or (stops_early and name not in _PURE):
                    return True
            case ast.Call() | ast.NamedExpr() if stops_early:
                return True
    return False


def _has_comments(built: cst.ListComp) -> bool:
    """What is said behind the brackets would be lost with them."""
    spaces = (built.lbracket.whitespace_after, built.rbracket.whitespace_before)
    lines = [line for each in spaces for line in getattr(each, "empty_lines", ())]
    lines += [each.first_line for each in spaces if hasattr(each, "first_line")]
    return any(line.comment is not None for line in lines)


REPAIR = Rewrite(
    summary="Pass a generator",
    at="Call",
    mend=mend,
    safe=False,  # `any` and `all` leave an iterator standing where they stopped
)

HAZARD = Hazard(
    title="Build no list that is only walked over once",
    practice="memory",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 289", "Ruff C419"),
)
