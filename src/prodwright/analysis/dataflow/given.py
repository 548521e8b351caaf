"""One call, evaluated as far as what it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from prodwright.analysis import ir
from prodwright.analysis.categories import BITS, OBSCURE
from prodwright.analysis.dataflow.frame import Frame
from prodwright.analysis.dataflow.values import (
    ENTRIES,
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


KEYED: Final = ("get", "pop")  # what they return is told by their first argument


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

    def carried(self) -> Value:
        """Return what the result is made of; what is fetched by a key, not of that."""
        if self.owner is None or self.method not in KEYED:
            return self.whole()
        default = [self.keywords["default"]] if "default" in self.keywords else []
        return mixed([self.owner, *self.arguments[1:], *default])

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
                if sink.category == "page" and _is_mapping(value):
                    continue  # shown as JSON
                frame.engine.judged(frame, sink.category, value)
                if value[0] & ~OBSCURE:
                    callee = ir.dotted(given.node[1])
                    category = _category(given, sink)
                    frame.hurts(category, BITS[category], value, callee)


def _is_mapping(value: Value) -> bool:
    return value[2] is not None and value[2][0] == ENTRIES


def _category(given: Given, sink: Sink) -> str:
    """Of a list that is run without a shell, whoever starts us may name the program."""
    if not sink.is_argv or _has_shell(given):
        return sink.category
    command = given.argument(0, "args")
    shape = None if command is None else command[2]
    is_list = shape is not None and shape[0] == ITEMS and not _is_shell(shape[1])
    return "program" if is_list else sink.category


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
    shape = command[2]
    if shape is None or shape[0] != ITEMS:
        return [command] if _has_shell(given) else []
    parts = shape[1]
    if _has_shell(given) or _is_shell(parts):
        return list(parts)
    return list(parts[:1])


def _has_shell(given: Given) -> bool:
    shell = given.keywords.get("shell")
    return shell is not None and shell[1] is not False


def _is_shell(parts: Sequence[Value]) -> bool:
    if len(parts) > 1 and parts[1][1] in ("-c", "/c"):
        return True
    return bool(parts) and parts[0][1] in _SHELLS
