"""From `ast` to the compact form that is analysed (`analysis.ir`)."""

from __future__ import annotations

import ast

from prodwright.analysis import ir
from prodwright.analysis.depth import deep_recursion
from prodwright.analysis.ir import Function, Module, Node
from prodwright.analysis.lowering._definitions import lower_module
from prodwright.analysis.lowering._state import State
from prodwright.core.errors import UnreadableSource

__all__ = ["lower"]


def lower(tree: ast.Module, name: str, *, is_package: bool = False) -> Module:
    """Return the compact form of one parsed file.

    Args:
        tree: As parsed, unchanged.
        name: Dotted name of the module.
        is_package: Whether the file is an `__init__`.

    Raises:
        UnreadableSource: It is nested too deeply.
    """
    state = State(name, is_package=is_package)
    try:
        with deep_recursion():
            body = lower_module(state, tree)
    except RecursionError as error:
        raise UnreadableSource(
            f"{name}: nested too deeply to be analysed", hint="exclude this file"
        ) from error
    others = [each for each in state.functions if each is not None]
    return Module(
        name=name,
        is_package=is_package,
        imports=tuple(state.imports),
        packages=tuple(state.packages),
        exports=_exports(body),
        functions=(body, *others),
        classes=tuple(each for each in state.classes if each is not None),
    )


def _exports(body: Function) -> tuple[str, ...] | None:
    """Return what `__all__` lists where it is one display of texts."""
    found: tuple[str, ...] | None = None
    for statement in body.body:
        if statement[0] == ir.ASSIGN and (ir.NAME, "__all__") in statement[1]:
            found = _texts(statement[2])
        elif statement[0] == ir.AUGMENT and statement[1] == (ir.NAME, "__all__"):
            return None
    return found


def _texts(value: Node) -> tuple[str, ...] | None:
    if value[0] != ir.SEQUENCE:
        return None
    items = [item[1] if item[0] == ir.CONSTANT else None for item in value[2]]
    texts = [item for item in items if isinstance(item, str)]
    return tuple(texts) if len(texts) == len(items) else None
