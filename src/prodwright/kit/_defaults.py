"""Moves the default value of a parameter into the function's body."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from prodwright.analysis.names import BUILTINS
from prodwright.kit._lazy_cst import cst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prodwright.analysis import Source
    from prodwright.analysis.source import Function


def defaults_of(function: Function) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters that have a default, with it."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(late, arguments.defaults, strict=True)]
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            pairs.append((each, default))
    return ((each.arg, default) for each, default in pairs)


def defaulted_inside(
    node: cst.FunctionDef,
    function: Function,
    defaults: Mapping[str, ast.expr],
    source: Source,
) -> cst.FunctionDef | None:
    """Return `node` with these defaults created in its body; None when it cannot.

    Args:
        node: The function to change.
        function: The same function, as the check saw it.
        defaults: What to move, by parameter.
        source: Where the function stands.
    """
    if not defaults or not isinstance(node.body, cst.IndentedBlock):
        return None
    if _annotated(function, defaults):
        return None
    if any(_depends_on_place(source, function, each) for each in defaults.values()):
        return None
    texts = {name: source.segment(default) for name, default in defaults.items()}
    return _with_guards(_with_none(node, texts), texts)


def _depends_on_place(source: Source, function: Function, default: ast.expr) -> bool:
    """Names of a class or a loop are seen, or still the same, only where `def` is."""
    if isinstance(source.parent(function), ast.Module):
        return False
    names = (node.id for node in ast.walk(default) if isinstance(node, ast.Name))
    known = source.names.imported
    return any(name not in known and name not in BUILTINS for name in names)


def _annotated(function: Function, names: Mapping[str, ast.expr]) -> bool:
    """An annotation would have to change with the default."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return any(each.annotation and each.arg in names for each in every)


def _with_none(node: cst.FunctionDef, names: Mapping[str, str]) -> cst.FunctionDef:
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


def _with_guards(node: cst.FunctionDef, values: Mapping[str, str]) -> cst.FunctionDef:
    guards = [
        cst.parse_statement(f"if {name} is None:\n    {name} = {value}\n")
        for name, value in values.items()
    ]
    statements = [*node.body.body]
    at = 1 if node.get_docstring(clean=False) is not None else 0
    statements[at:at] = guards
    return node.with_changes(body=node.body.with_changes(body=statements))
