"""Mutants of what no function holds: constants, defaults, and model fields.

Limits and headers often stand at module level or in a class body. In a forked
child they can be changed in place, in every namespace that holds them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

Apply = Callable[[], None]
_SIMPLE = (bool, int, float, str, bytes, tuple, frozenset)


def value_mutants(module: ModuleType) -> Iterator[tuple[str, Apply]]:
    """Yield descriptions and in-place changes of what `module` defines."""
    for name, value in list(vars(module).items()):
        if name.startswith("__"):
            continue
        if isinstance(value, _SIMPLE):
            yield from _constant(module, name, value)
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from _class(value)
        elif isinstance(value, FunctionType) and value.__module__ == module.__name__:
            yield from _defaults(value)


def _constant(module: ModuleType, name: str, value: Any) -> Iterator[tuple[str, Apply]]:
    other = changed(value)
    if other is None:
        return

    def apply() -> None:
        for each in list(sys.modules.values()):
            if getattr(each, name, None) is value or each is module:
                setattr(each, name, other)

    yield f"{name} changed", apply


def _class(kind: type) -> Iterator[tuple[str, Apply]]:
    if hasattr(kind, "model_fields") and hasattr(kind, "model_rebuild"):
        yield from _model(kind)
        return
    for name, value in list(vars(kind).items()):
        if isinstance(value, FunctionType):
            yield from _defaults(value)
        elif not name.startswith("__") and isinstance(value, _SIMPLE):
            other = changed(value)
            if other is not None:
                yield f"{kind.__name__}.{name} changed", _setter(kind, name, other)


def _setter(kind: type, name: str, value: Any) -> Apply:
    return lambda: setattr(kind, name, value)


def _model(kind: Any) -> Iterator[tuple[str, Apply]]:
    for name, field in kind.model_fields.items():
        if field.metadata:
            yield (
                f"{kind.__name__}.{name} unconstrained",
                _field(kind, name, "metadata", []),
            )
        other = changed(field.default)
        if other is not None:
            yield (
                f"{kind.__name__}.{name} default",
                _field(kind, name, "default", other),
            )


def _field(kind: Any, name: str, attribute: str, value: Any) -> Apply:
    def apply() -> None:
        kinds: list[Any] = [kind, *_subclasses(kind)]
        for each in kinds:
            if name in each.model_fields:
                setattr(each.model_fields[name], attribute, value)
            each.model_rebuild(force=True)

    return apply


def _subclasses(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def _defaults(function: FunctionType) -> Iterator[tuple[str, Apply]]:
    for number, value in enumerate(function.__defaults__ or ()):
        other = changed(value)
        if other is not None:
            yield f"a default of {function.__name__}", _default(function, number, other)
    for name, value in (function.__kwdefaults__ or {}).items():
        other = changed(value)
        if other is not None:
            yield f"{function.__name__}({name}=)", _keyword(function, name, other)


def _default(function: FunctionType, number: int, value: Any) -> Apply:
    def apply() -> None:
        values = list(function.__defaults__ or ())
        values[number] = value
        function.__defaults__ = tuple(values)

    return apply


def _keyword(function: FunctionType, name: str, value: Any) -> Apply:
    def apply() -> None:
        function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), name: value}

    return apply


def changed(value: Any) -> Any:
    """Return another value of the same kind; None when there is no obvious one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * 2 + 1
    if isinstance(value, str):
        return f"{value}~"
    if isinstance(value, bytes):
        return value + b"~"
    if isinstance(value, (tuple, frozenset)) and value:
        return type(value)(list(value)[1:])
    return None
