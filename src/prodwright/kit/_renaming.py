"""Gives the locals of a function other names."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prodwright.kit._lazy_cst import cst

if TYPE_CHECKING:
    from prodwright.analysis.source import Function

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_BY_NAME = frozenset({"locals", "vars", "eval", "exec", "dir"})


def may_rename(function: Function, names: Mapping[str, str]) -> bool:
    """Tell whether the locals `names` can be renamed and nobody notices.

    Args:
        function: Whose locals they are.
        names: New names by old ones.
    """
    taken = {*names, *names.values()}
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    for node in nodes:
        match node:
            case ast.Name(id=name) if name in _BY_NAME or name in names.values():
                return False
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                if not taken.isdisjoint(declared):
                    return False
    scopes = (node for node in nodes if isinstance(node, _SCOPES))
    return not any(_binds(scope, taken) for scope in scopes)


def _binds(scope: ast.AST, names: set[str]) -> bool:
    for node in ast.walk(scope):
        match node:
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                if name in names:
                    return True
    return False


def renamed(function: cst.FunctionDef, names: Mapping[str, str]) -> cst.FunctionDef:
    """Return `function` with its locals renamed; attributes and keywords stay."""

    class Renaming(cst.CSTTransformer):
        def leave_Attribute(self, original: Any, updated: Any) -> Any:  # noqa: N802
            return updated.with_changes(attr=original.attr)

        def leave_Arg(self, original: Any, updated: Any) -> Any:  # noqa: N802
            return updated.with_changes(keyword=original.keyword)

        def leave_Name(self, original: Any, updated: Any) -> Any:  # noqa: N802
            new = names.get(original.value)
            return updated if new is None else updated.with_changes(value=new)

    body = function.body.visit(Renaming())
    return function.with_changes(body=body)
