"""Calls of tests at which text from outside comes in: parsers, loaders, commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType, FunctionType, ModuleType
from typing import Any

from prodwright.probes.races.calls import Call, call_in
from prodwright.probes.races.places import Places

FUNCTION, ARGPARSE, CLICK = "function", "argparse", "click"
_BOUNDARY = re.compile(
    r"^(parse|loads?|decode|deserialize|unmarshal|unpack|validate|tokenize|from|read)"
    r"(_|$)|_from_(json|str|string|text|bytes|dict|yaml|csv|toml)$"
)
_OF_DATA = re.compile(r"^(from|validate|deserialize|unmarshal)_?|_from_(json|dict)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A call at which something from outside comes in.

    Attributes:
        kind: `function`, `argparse` or `click`.
        name: As a person would call it.
        place: File and line of its code; None: unknown.
        values: What it is given, by name: text, bytes, or what JSON can say.
        call: Makes the call with other values; raises what it raises.
        documentation: Of the function.
    """

    kind: str
    name: str
    place: tuple[str, int] | None
    values: dict[str, Any]
    call: Callable[[dict[str, Any]], Any]
    documentation: str = ""

    @property
    def takes_paths(self) -> bool:
        """Whether one of its values leads to a file."""
        texts = [*self.values.values()]
        texts += [each for value in texts if isinstance(value, list) for each in value]
        return any(isinstance(e, str) and e and os.path.isfile(e) for e in texts)


Seen = Callable[[Point], None]


class CallWatch:
    """Sees boundaries being called by tests.

    Args:
        places: Tells what is under test.
        seen: Hears of each, before it is made.
    """

    def __init__(self, places: Places, seen: Seen) -> None:
        self._places = places
        self._seen = seen
        self._is_busy = False

    def begin(self) -> None:
        """Watch this thread, and click's runner."""
        COMMANDS.observer = self._command
        sys.setprofile(self._profile)

    def _profile(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event != "call" or self._is_busy:
            return
        if not self._places.is_code(code.co_filename):
            return
        named = _BOUNDARY.search(code.co_name)
        if not named and not _takes_arguments(frame):
            return
        self._is_busy = True
        try:
            if self._places.is_outermost(frame):
                call = call_in(frame)
                point = _point(call) if call is not None else None
                if point is not None:
                    self._seen(point)
        finally:
            self._is_busy = False

    def _command(self, point: Point) -> None:
        if not self._is_busy:
            self._seen(point)


def _takes_arguments(frame: FrameType) -> bool:
    """Tell whether a function may be the beginning of a program."""
    code = frame.f_code
    first = code.co_varnames[: code.co_argcount]
    return bool(first) and first[0] in ("argv", "args", "arguments")


def _point(call: Call) -> Point | None:
    function = call.function
    if call.is_async or function.__name__.startswith("_"):
        return None
    kind = FUNCTION if _BOUNDARY.search(function.__name__) else ARGPARSE
    if kind == ARGPARSE and not _parses_arguments(function):
        return None
    given = [each for each in call.arguments if each not in ("self", "cls")]
    # What is parsed comes first; what comes after it says how.
    values = {name: call.arguments[name] for name in given[:1]}
    if not all(_comes_from_outside(e, function, kind) for e in values.values()):
        return None
    if not values:
        return None
    code = function.__code__
    return Point(
        kind=kind,
        name=call.name,
        place=(code.co_filename, code.co_firstlineno),
        values=values,
        call=lambda other: _made(call, other),
        documentation=function.__doc__ or "",
    )


def _parses_arguments(function: FunctionType) -> bool:
    held = function.__globals__.values()
    return any(each is argparse or each is argparse.ArgumentParser for each in held)


def _comes_from_outside(value: Any, function: FunctionType, kind: str) -> bool:
    if kind == ARGPARSE:
        return isinstance(value, list) and all(isinstance(e, str) for e in value)
    if isinstance(value, (dict, list)):
        return bool(_OF_DATA.search(function.__name__)) and _is_plain(value)
    return isinstance(value, (str, bytes))


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and _is_plain(v) for k, v in value.items())
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return value is None or isinstance(value, (str, int, float, bool))


def _made(call: Call, other: dict[str, Any]) -> Any:
    arguments = {**call.arguments, **other}
    positional = [arguments.pop(name) for name in call.positional]
    named = {**arguments, **call.keywords}
    return call.function(*positional, *call.variable, **named)


class Commands:
    """Who hears of commands that tests invoke.

    Attributes:
        observer: Hears of each; None: nobody does.
    """

    def __init__(self) -> None:
        self.observer: Seen | None = None


COMMANDS = Commands()


def watch_click(module: ModuleType) -> None:
    """Have `click.testing.CliRunner.invoke` tell what it is asked for."""
    runner: Any = module.CliRunner
    real = runner.invoke

    def invoke(self: Any, cli: Any, args: Any = None, *more: Any, **named: Any) -> Any:
        observer, COMMANDS.observer = COMMANDS.observer, None
        try:
            if observer is not None and isinstance(args, (list, tuple)):
                observer(_of_click(self, real, cli, list(map(str, args)), named))
        finally:
            COMMANDS.observer = observer
        return real(self, cli, args, *more, **named)

    runner.invoke = invoke


def _of_click(
    runner: Any, real: Any, cli: Any, args: list[str], named: dict[str, Any]
) -> Point:
    def call(other: dict[str, Any]) -> None:
        told = {**named, "catch_exceptions": True}
        error = real(runner, cli, other["args"], **told).exception
        if error is not None:
            raise error

    code = getattr(getattr(cli, "callback", None), "__code__", None)
    return Point(
        kind=CLICK,
        name=str(getattr(cli, "name", "") or "command"),
        place=(code.co_filename, code.co_firstlineno) if code else None,
        values={"args": args},
        call=call,
    )
