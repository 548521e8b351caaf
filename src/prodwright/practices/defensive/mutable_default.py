"""A mutable default is created once and shared by every later call.

What one request appends, the next one sees: data of one user turns up in the
answer to another, and memory grows until the process restarts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

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
)

EXAMPLES = (
    Example(
        bad="""
            def collect(item, seen=[]):  # flagged
                "Add the item."
                seen.append(item)
                return seen
        """,
        good="""
            def collect(item, seen=None):
                "Add the item."
                if seen is None:
                    seen = []
                seen.append(item)
                return seen
        """,
    ),
)

_FACTORIES = frozenset({"list", "dict", "set", "collections.defaultdict"})


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        for name, default in _defaults(function):
            if _is_mutable(source, default) and _is_used(function, name):
                message = f"default of {name!r} is shared by all calls"
                yield Site(node=function, message=message)
                break


def _defaults(function: Function) -> Iterator[tuple[str, ast.expr]]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(late, arguments.defaults, strict=True)]
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            pairs.append((each, default))
    return ((each.arg, default) for each, default in pairs)


def _is_mutable(source: Source, default: ast.expr) -> bool:
    if isinstance(default, ast.List | ast.Dict | ast.Set):
        return True
    return isinstance(default, ast.Call) and source.called(default) in _FACTORIES


_READING = frozenset({"get", "items", "keys", "values", "copy", "index", "count"})


def _is_used(function: Function, name: str) -> bool:
    """A default that is only read never shows that it is shared."""
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=used), attr=attribute) if used == name:
                if attribute not in _READING:
                    return True
            case ast.Return(value=ast.Name(id=used)) if used == name:
                return True
            case ast.Assign(value=ast.Name(id=used)) if used == name:
                return True
            case ast.Subscript(value=ast.Name(id=used), ctx=ast.Store() | ast.Del()):
                if used == name:
                    return True
    return False


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.node
    assert isinstance(function, Function)
    mutable = {
        name: mending.source.segment(default)
        for name, default in _defaults(function)
        if _is_mutable(mending.source, default) and _is_used(function, name)
    }
    if not isinstance(node.body, cst.IndentedBlock) or _annotated(function, mutable):
        return None
    return Mended(_with_guards(_with_none(node, mutable), mutable))


def _annotated(function: Function, names: dict[str, str]) -> bool:
    """An annotation would have to change with the default."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return any(each.annotation and each.arg in names for each in every)


def _with_none(node: cst.FunctionDef, names: dict[str, str]) -> cst.FunctionDef:
    def none(parameters: Sequence[cst.Param]) -> list[cst.Param]:
        return [
            each.with_changes(default=cst.Name("None"))
            if each.name.value in names
            else each
            for each in parameters
        ]

    groups = ("posonly_params", "params", "kwonly_params")
    changed = {group: none(getattr(node.params, group)) for group in groups}
    return node.with_changes(params=node.params.with_changes(**changed))


def _with_guards(node: cst.FunctionDef, mutable: dict[str, str]) -> cst.FunctionDef:
    guards = [
        cst.parse_statement(f"if {name} is None:\n    {name} = {value}\n")
        for name, value in mutable.items()
    ]
    statements = [*node.body.body]
    at = 1 if node.get_docstring(clean=False) is not None else 0
    statements[at:at] = guards
    return node.with_changes(body=node.body.with_changes(body=statements))


REPAIR = Rewrite(
    summary="Default to None and create the value inside the function",
    at="FunctionDef",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Create mutable defaults inside the function",
    practice="least-surprise",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1188",),
)
