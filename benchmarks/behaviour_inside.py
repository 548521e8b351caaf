"""Runs inside the sandbox: imports modules, calls functions, writes what happened.

    python behaviour_inside.py FOLDER

FOLDER holds `plan.json`; `outcome.json` is written next to it. Standard library
only, since it runs in the environment of the package under test. All modules are
imported in one process; each function is called in a fork of it, so that what a call
leaves behind reaches no other.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import inspect
import io
import itertools
import json
import logging
import os
import random
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

IMPORT_SECONDS = 20.0
MOST_CHARACTERS = 2_000
MOST_ITEMS = 50
DEEPEST = 4
OMITTED = 0.5  # share of optional arguments that are left at their default
POOL: dict[str, tuple[object, ...]] = {
    "str": ("", "a", "Zürich 7", "key=value; path=/", "2024-02-29T12:00:00Z", "a.b:c"),
    "int": (0, 1, -7, 4096, 2**40),
    "float": (0.0, 1.5, -2.25, 1e9),
    "bytes": (b"", b"abc\x00", "ü=1&b=2".encode()),
    "bool": (True, False),
    "list": ([], [1, "a"], ["x=1", "y"]),
    "dict": ({}, {"a": 1}, {"name": "x", "items": [1, 2]}),
    "None": (None,),
}
_ALIASES = {
    "Sequence": "list",
    "Iterable": "list",
    "tuple": "list",
    "Mapping": "dict",
    "Optional": "None",
}
_PLACES = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x-"),
    (re.compile(r"/tmp/[\w./-]+"), "/tmp/-"),  # noqa: S108 - a text that is replaced
)


class TooLong(BaseException):
    """The time for one call or import is over; no `except Exception` stops it."""


def main() -> int:
    """Do what the plan says; return 0."""
    folder = Path(sys.argv[1])
    plan = json.loads((folder / "plan.json").read_text())
    sys.path.insert(0, plan["root"])
    sys.argv = ["behaviour"]
    signal.signal(signal.SIGALRM, _too_long)
    outcome: dict[str, dict[str, Any]] = {"imports": {}, "calls": {}}
    (folder / "last").write_text("")
    for module in plan["modules"]:
        outcome["imports"][module] = _imported(module)
        (folder / "last").write_text(module)
    for module in plan["modules"]:
        for name, function in _functions(module) if module in sys.modules else ():
            key = f"{module}.{name}"
            if plan["only"] is None or key in plan["only"]:
                outcome["calls"][key] = _in_fork(key, function, plan)
    (folder / "outcome.json").write_text(json.dumps(outcome))
    os._exit(0)  # threads that the package started need not end


def _imported(module: str) -> str:
    with _limited(IMPORT_SECONDS), _quiet():
        try:
            importlib.import_module(module)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is compared
            return _failure(error)
    return "imported"


def _functions(module: str) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, value in sorted(vars(sys.modules[module]).items()):
        own = inspect.isfunction(value) and value.__module__ == module
        if own and not name.startswith("_"):
            yield name, value


def _in_fork(
    key: str, function: Callable[..., object], plan: dict[str, Any]
) -> list[str]:
    """Return how each call ended; a process that dies or hangs is an outcome."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(writing, _calls(key, function, plan))
    os.close(writing)
    patience = plan["call_seconds"] * (plan["calls"] + 1)
    with os.fdopen(reading, "rb") as answer:
        ready, _, _ = select.select([answer], [], [], patience)
        if not ready:
            os.kill(child, signal.SIGKILL)
        text = answer.read() if ready else b""
    _, status = os.waitpid(child, 0)
    if text:
        said: list[str] = json.loads(text)
        return said
    return [f"ended with {status}" if ready else "hung"]


def _answer(writing: int, said: list[str]) -> None:
    with os.fdopen(writing, "wb") as answer:
        answer.write(json.dumps(said).encode())
    os._exit(0)


def _calls(
    key: str, function: Callable[..., object], plan: dict[str, Any]
) -> list[str]:
    said = []
    for number in range(plan["calls"]):
        chosen = random.Random(f"{plan['seed']} {key} {number}")
        try:
            positional, named = _arguments(function, chosen)
        except (TypeError, ValueError) as error:
            return [f"no signature: {error}"]
        random.seed(0)
        said.append(_called(function, positional, named, plan["call_seconds"]))
    return said


def _arguments(
    function: Callable[..., object], chosen: random.Random
) -> tuple[list[object], dict[str, object]]:
    positional: list[object] = []
    named: dict[str, object] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        optional = parameter.default is not parameter.empty
        if optional and chosen.random() < OMITTED:
            if parameter.kind is not parameter.KEYWORD_ONLY and not named:
                positional.append(parameter.default)
            continue
        value = chosen.choice(POOL[chosen.choice(_kinds(parameter))])
        if parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(value)
        else:
            named[parameter.name] = value
    return positional, named


def _kinds(parameter: inspect.Parameter) -> list[str]:
    """Return the kinds of value that the annotation or the default speaks of."""
    annotation = parameter.annotation
    if annotation is not parameter.empty:
        told = getattr(annotation, "__name__", "") or str(annotation)
        words = re.findall(r"\w+", f"{told} {annotation}")
        kinds = [_ALIASES.get(word, word) for word in words]
        found = sorted({kind for kind in kinds if kind in POOL})
        if found:
            return found
    kind = type(parameter.default).__name__
    return [kind] if kind in POOL and kind != "NoneType" else list(POOL)


def _called(
    function: Callable[..., object],
    positional: list[object],
    named: dict[str, object],
    seconds: float,
) -> str:
    with _limited(seconds), _quiet() as (printed, logged):
        try:
            result = _settled(function(*positional, **named))
            ended = f"returned {_shown(result)}"
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is compared
            ended = _failure(error)
    notes = [*logged, *printed.getvalue().splitlines()]
    return _normal("\n".join([ended, *notes]))


def _settled(result: object) -> object:
    """What a coroutine or a generator yields in the end."""
    if inspect.iscoroutine(result):
        return asyncio.run(result)
    if inspect.isgenerator(result):
        return list(itertools.islice(result, MOST_ITEMS))
    return result


def _shown(value: object, depth: int = 0) -> str:
    """`repr`, with sets in the order of their members' texts."""
    if depth > DEEPEST:
        return "..."
    match value:
        case set() | frozenset():
            return f"set({sorted(_shown(each, depth + 1) for each in value)})"
        case dict():
            pairs = (
                (_shown(k, depth + 1), _shown(v, depth + 1)) for k, v in value.items()
            )
            return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}"
        case list() | tuple():
            inside = ", ".join(_shown(each, depth + 1) for each in value)
            return f"{type(value).__name__}({inside})"
        case _:
            return repr(value)


def _failure(error: BaseException) -> str:
    return _normal(f"raised {type(error).__qualname__}: {error}")


def _normal(text: str) -> str:
    for pattern, instead in _PLACES:
        text = pattern.sub(instead, text)
    return text[:MOST_CHARACTERS]


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TooLong


@contextlib.contextmanager
def _quiet() -> Iterator[tuple[io.StringIO, list[str]]]:
    """Collect what is printed and logged; both are behaviour."""
    printed, logged = io.StringIO(), list[str]()
    handler = _Collecting(logged)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield printed, logged
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _Collecting(logging.Handler):
    """Keeps the finished message of each record."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(f"{record.levelname} {record.getMessage()}")


if __name__ == "__main__":
    raise SystemExit(main())
