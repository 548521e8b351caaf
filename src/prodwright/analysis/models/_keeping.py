"""Models as plain values, so that they can be kept and need not be read as TOML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from prodwright.analysis.models._values import (
    Becomes,
    Entry,
    Given,
    Models,
    Sink,
    Validator,
)

_LISTS = ("sinks", "becomes")  # by name, several for each
_OF: Mapping[str, Callable[[Iterable[Any]], Any]] = {
    "sinks": Sink._make,
    "becomes": Becomes._make,
    "validators": Validator._make,
    "entries": Entry._make,
    "parameters": Given._make,
    "attributes": Given._make,
}


def plain(models: Models) -> tuple[Any, ...]:
    """Return `models` as plain values; see `models_of`."""
    return tuple(map(_plain, models))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value


def models_of(values: Iterable[Any]) -> Models:
    """Return the models that `plain` made `values` of."""
    named = dict(zip(Models._fields, values, strict=True))
    for name, make in _OF.items():
        named[name] = _made(named[name], make, several=name in _LISTS)
    return Models(**named)


def _made(value: Any, make: Callable[[Any], Any], *, several: bool) -> Any:
    if not isinstance(value, dict):
        return tuple(map(make, value))
    if several:
        return {name: tuple(map(make, each)) for name, each in value.items()}
    return {name: make(each) for name, each in value.items()}
