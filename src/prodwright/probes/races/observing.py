"""What calls leave behind, as texts by name: objects, variables, files, databases."""

from __future__ import annotations

import enum
import hashlib
import logging
import os
import re
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, time, timedelta
from decimal import Decimal
from types import FunctionType, ModuleType
from typing import Any
from uuid import UUID

_MOST_NODES = 2_000
_MOST_DEPTH = 6
_MOST_TEXT = 300
_MOST_FILES = 300
_MOST_BYTES = 1_000_000
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")
_PLAIN = (
    *(str, bytes, int, float, complex, bool, type(None), Decimal, UUID),
    *(date, time, timedelta, enum.Enum),
)
_INNER = frozenset(
    {"asyncio", "threading", "_thread", "logging", "socket", "ssl", "concurrent"}
    | {
        "selectors",
        "weakref",
        "sqlite3",
        "_sqlite3",
        "psycopg",
        "psycopg_binary",
        "asyncpg",
        "sqlalchemy",
        __name__.partition(".")[0],
    }
)
_SILENT = (ModuleType, FunctionType, type, logging.Logger, threading.Thread)
_DATABASE = b"SQLite format 3\0"
_ASIDE = ("-journal", "-wal", "-shm", ".pyc")
Outcome = dict[str, str]
OBJECT, VARIABLE, FILE, DATABASE, RETURNED = (
    "object",
    "variable",
    "file",
    "data",
    "call",
)


# What databases tell a caller who came in another's way, and was taken back: it could
# not be serialised, was the victim of a deadlock, or waited too long.
_REFUSALS = frozenset({"40001", "40P01", "55P03"})
_REFUSED = "is refused"


def returned(number: int, result: object, error: BaseException | None) -> Outcome:
    """Return what one call gave back; of an error only its class counts."""
    if error is not None and any(map(_refuses, _causes(error))):
        return dict([refusal(number)])
    if error is not None:
        return {f"{RETURNED} {number}": f"raises {type(error).__name__}"}
    return {f"{RETURNED} {number}": f"returns {canonical(result)}"}


def refusal(number: int) -> tuple[str, str]:
    """Return name and text of a call that a database has refused."""
    return f"{RETURNED} {number}", _REFUSED


def is_refused(outcome: Outcome, number: int) -> bool:
    """Tell whether a database has refused a call, and taken back what it did."""
    return outcome.get(f"{RETURNED} {number}") == _REFUSED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refuses(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) in _REFUSALS


def observed(
    objects: Mapping[str, object],
    modules: Iterable[ModuleType],
    folders: Sequence[str],
    connections: Iterable[sqlite3.Connection] = (),
) -> Outcome:
    """Return everything that can be seen.

    Args:
        objects: Those that the calls share, by name.
        modules: Those under test.
        folders: Those that they may write to.
        connections: Databases in memory.
    """
    found: Outcome = {}
    for name, each in objects.items():
        found |= dict(_object(name, each))
    for module in modules:
        found |= dict(_variables(module))
    found |= files_in(folders)
    for number, each in enumerate(connections):
        found[f"{DATABASE} in memory {number + 1}"] = _rows(each)
    return found


def files_in(folders: Sequence[str]) -> Outcome:
    """Return what files and databases hold, as far as a caller would ask."""
    return {name: text for folder in folders for name, text in _files(folder)}


def _object(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Tell attributes one by one, so that one that always changes hides no other."""
    inner = type(value).__module__.partition(".")[0] in _INNER
    attributes = {} if inner else dict(_attributes(value))
    if not attributes or isinstance(value, _SILENT):
        yield f"{OBJECT} {name}", canonical(value)
    for key, each in attributes.items():
        yield f"{OBJECT} {name}.{key}", canonical(each)


def canonical(value: object) -> str:
    """Return a text that is equal for values that nobody can tell apart."""
    left = [_MOST_NODES]
    text = _ADDRESS.sub("0x", _told(value, 0, left, set()))
    if len(text) <= _MOST_TEXT:
        return text
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
    return f"{text[: _MOST_TEXT - 20]}… {digest}"


def _told(value: Any, depth: int, left: list[int], around: set[int]) -> str:
    left[0] -= 1
    if isinstance(value, _PLAIN):
        return repr(value)
    if isinstance(value, _SILENT):
        return f"<{type(value).__name__} {getattr(value, '__name__', '')}>"
    if left[0] <= 0 or depth >= _MOST_DEPTH or id(value) in around:
        return f"<{type(value).__name__}>"
    around.add(id(value))
    try:
        return _inside(value, lambda each: _told(each, depth + 1, left, around))
    finally:
        around.discard(id(value))


def _inside(value: Any, tell: Callable[[Any], str]) -> str:
    name = type(value).__name__
    if isinstance(value, dict):
        pairs = (f"{tell(key)}: {tell(each)}" for key, each in list(value.items()))
        return f"{name}{{{', '.join(sorted(pairs))}}}"
    if isinstance(value, set | frozenset):
        return f"{name}{{{', '.join(sorted(map(tell, value)))}}}"
    if isinstance(value, list | tuple | deque):
        return f"{name}[{', '.join(map(tell, list(value)))}]"
    if isinstance(value, BaseException):
        return f"{name}{tell(value.args)}"
    return _by_attributes(value, name, tell)


def _by_attributes(value: Any, name: str, tell: Callable[[Any], str]) -> str:
    if type(value).__module__.partition(".")[0] in _INNER:
        return f"<{name}>"
    attributes = dict(_attributes(value))
    if attributes:
        told = (f"{key}={tell(each)}" for key, each in sorted(attributes.items()))
        return f"{name}(" + ", ".join(told) + ")"
    return f"<{name}>"


def _attributes(value: Any) -> Iterator[tuple[str, object]]:
    yield from list(getattr(value, "__dict__", {}).items())
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(value, name) and not name.startswith("__"):
                yield name, getattr(value, name)


def _variables(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, value in list(vars(module).items()):
        hidden = name.startswith("__") or isinstance(value, _SILENT)
        if hidden or callable(value) or isinstance(value, str | int | float):
            yield from _number(module, name, value)
        else:
            yield f"{VARIABLE} {module.__name__}.{name}", canonical(value)


def _number(module: ModuleType, name: str, value: object) -> Iterator[tuple[str, str]]:
    """Constants are variables, too, when a function says `global`."""
    plain = isinstance(value, str | int | float) and not name.startswith("__")
    if plain and not callable(value):
        yield f"{VARIABLE} {module.__name__}.{name}", canonical(value)


def _files(folder: str) -> Iterator[tuple[str, str]]:
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith((".", "__pyca"))]
        for name in names:
            path = os.path.join(place, name)
            if name.endswith(_ASIDE) or name.startswith(".") or name.endswith(".py"):
                continue
            seen += 1
            if seen > _MOST_FILES:
                return
            shown = os.path.relpath(path, folder)
            yield from _file(path, shown)


def _file(path: str, shown: str) -> Iterator[tuple[str, str]]:
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError:
        return
    if not content.startswith(_DATABASE):
        yield f"{FILE} {shown}", canonical(content)
        return
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            yield f"{DATABASE} {shown}", _rows(connection)
    except sqlite3.Error as error:
        yield f"{DATABASE} {shown}", f"cannot be read: {type(error).__name__}"


def _rows(connection: sqlite3.Connection) -> str:
    try:
        lines = sorted(line for line in connection.iterdump() if "INSERT INTO" in line)
    except sqlite3.Error as error:
        return f"cannot be read: {type(error).__name__}"
    return canonical(tuple(lines))


def modules_under(is_code: Callable[[str], bool]) -> tuple[ModuleType, ...]:
    """Return the modules under test that are imported."""
    found = list(sys.modules.values())
    return tuple(
        each for each in found if is_code(getattr(each, "__file__", None) or "<>")
    )
