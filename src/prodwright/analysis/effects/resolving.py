"""Absolute names of what the expressions of one file stand for."""

from __future__ import annotations

import ast
import sys

from prodwright.analysis.names import BUILTINS
from prodwright.analysis.source import Source

_LIBRARY = sys.stdlib_module_names


class AbsoluteNames:
    """Resolves expressions of one file.

    Args:
        source: The file.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._module = source.module_name
        is_package = source.path.endswith("__init__.py")
        self._package = self._module if is_package else self._module.rpartition(".")[0]
        self._properties = {
            (kind.name, each.name)
            for kind in source.nodes(ast.ClassDef)
            for each in kind.body
            if isinstance(each, ast.FunctionDef) and each.decorator_list
        }
        self._property_names = {name for _, name in self._properties}
        self._classes = {kind.name for kind in source.nodes(ast.ClassDef)}
        self._own = {
            each.name
            for each in source.tree.body
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }

    def works_out(self, name: str) -> bool:
        """Tell whether any class here has a property of that name."""
        return name in self._property_names

    def worked_out(self, owner: str, name: str) -> str:
        """Return the name of the property `name` of a class; empty: it has none."""
        is_one = (owner, name) in self._properties
        return f"{self._module}.{owner}.{name}" if is_one else ""

    def imported(self) -> list[tuple[str, str]]:
        """Return what is imported from elsewhere than the standard library."""
        every = self._source.names.imported.items()
        return [(own, told) for own, told in every if not is_library(told)]

    def whole(self, told: str) -> str:
        """Return the absolute name of one that may begin with dots."""
        level = len(told) - len(told.lstrip("."))
        if not level:
            return told
        parts = self._package.split(".") if self._package else []
        base = parts[: len(parts) - level + 1]
        return ".".join([*base, told[level:]])

    def absolute(self, expression: ast.expr) -> str:
        """Return the name of a class or function; empty: it is not known."""
        qualified = self._source.qualified(expression)
        if qualified is not None:
            return self.whole(qualified)
        match expression:
            case ast.Name(id=name) if name in self._own:
                return f"{self._module}.{name}"
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
                name in self._own
            ):
                return f"{self._module}.{name}.{attribute}"
            case _:
                return ""

    def called(self, call: ast.Call, owner: str) -> str:
        """Return the name of what is called; `?.word` when only that is known."""
        known = self._source.called(call)
        if known is not None:
            return self.whole(known)
        told = self.absolute(call.func)
        if told:
            return told
        match call.func:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if owner:
                return f"{self._module}.{owner}.{name}"
            case ast.Attribute(value=value, attr=name):
                return f"{self._kind(value) or '?'}.{name}"
            case ast.Name(id=name):
                return f"?.{name}"
            case _:
                return "?"

    def _kind(self, value: ast.expr) -> str:
        """Return the class here of which `value` is; empty: it is not sure."""
        if isinstance(value, ast.Call):
            return self._own_class(value.func)
        if not isinstance(value, ast.Name):
            return ""
        bound = self._source.names.values_of(value.id, value)
        kinds = {
            self._own_class(each.func if isinstance(each, ast.Call) else each)
            for each in bound
        }
        return kinds.pop() if len(kinds) == 1 else ""

    def _own_class(self, named: ast.expr) -> str:
        is_own = isinstance(named, ast.Name) and named.id in self._classes
        return self.absolute(named) if is_own else ""


def is_library(name: str) -> bool:
    """Tell whether a name is of the standard library, or built in."""
    top = name.partition(".")[0]
    return top in _LIBRARY or (top in BUILTINS and "." not in name)
