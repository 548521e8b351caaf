"""One call, evaluated as far as what it is given."""

from __future__ import annotations

from typing import NamedTuple

from prodwright.analysis import ir
from prodwright.analysis.categories import OBSCURE
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.values import (
    ITEMS,
    UNKNOWN,
    Environment,
    Value,
    mixed,
)
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import EXTERNAL
from prodwright.analysis.models import Sink

_SHELLS = frozenset(
    {"sh", "bash", "/bin/sh", "/bin/bash", "/usr/bin/bash", "cmd", "cmd.exe", "zsh"}
)


class Given(NamedTuple):
    """A call.

    Attributes:
        node: The expression.
        callee: What is called.
        owner: The object whose attribute is called; None for others.
        method: Name of that attribute; empty for others.
        arguments: In order, starred ones among them.
        keywords: By name; that of `**` under None.
        environment: The caller's variables, which methods of collections change.
    """

    node: Node
    callee: Value
    owner: Value | None
    method: str
    arguments: list[Value]
    keywords: dict[str | None, Value]
    environment: Environment

    def whole(self) -> Value:
        """Return what is made of everything that is given, the object included."""
        values = [*self.arguments, *self.keywords.values()]
        return mixed(values if self.owner is None else [self.owner, *values])

    def argument(self, position: int, keyword: str = "") -> Value | None:
        """Return an argument by its place or name; position -1 is the object."""
        if position < 0:
            return self.owner
        if position < len(self.arguments):
            return self.arguments[position]
        return self.keywords.get(keyword)


def check_sinks(frame: Frame, given: Given, sinks: tuple[Sink, ...]) -> None:
    """Note which of the arguments end where they may hurt."""
    for sink in sinks:
        if not _is_harmless(given, sink):
            for value in _endangered(given, sink):
                frame.engine.judged(frame, sink.category, value)
                if value[0] & ~OBSCURE:
                    callee = ir.dotted(given.node[1])
                    frame.hurts(sink.category, sink.bit, value, callee)


def _is_harmless(given: Given, sink: Sink) -> bool:
    keywords = given.keywords
    if any(name in keywords for name in sink.unless):
        return True
    for name, needed in sink.needs:
        value = keywords.get(name)
        if value is None or (value[1] is not UNKNOWN and value[1] != needed):
            return True
    if sink.safe_with:
        return _is_given(given, sink.safe_with)
    return bool(sink.only_with) and not _is_given(given, sink.only_with)


def _is_given(given: Given, names: tuple[str, ...]) -> bool:
    return any(
        each[2] is not None and each[2][0] == EXTERNAL and each[2][1] in names
        for each in (*given.arguments, *given.keywords.values())
    )


def _endangered(given: Given, sink: Sink) -> list[Value]:
    if sink.all_arguments:
        return [*given.arguments, *given.keywords.values()]
    values = [given.argument(each) for each in sink.positions]
    values += [given.keywords.get(each) for each in sink.keywords]
    found = [each for each in values if each is not None]
    if sink.is_argv:
        return [part for each in found for part in _program(given, each)]
    return found


def _program(given: Given, command: Value) -> list[Value]:
    """Return what of a command is run: all of a text, only the program of a list.

    Without a shell, what is neither is taken for a list that was put together.
    """
    shape, shell = command[2], given.keywords.get("shell")
    if shape is None or shape[0] != ITEMS:
        return [command] if shell is not None and shell[1] is not False else []
    parts = shape[1]
    if not parts:
        return []
    is_shell = parts[0][1] in _SHELLS or (shell is not None and shell[1] is not False)
    if len(parts) > 1 and parts[1][1] in ("-c", "/c"):
        is_shell = True
    return list(parts) if is_shell else [parts[0]]
