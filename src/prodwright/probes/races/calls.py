"""One call that a test made, so that it can be made again, once or twice at once."""

from __future__ import annotations

import gc
import inspect
import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType, FrameType, FunctionType
from typing import Any

from prodwright.probes.races.connections import finish, refuse_own, separated, take_back

# Nobody else has the object yet, or any more.
_ALONE = frozenset({"__init__", "__new__", "__post_init__", "__del__", "__repr__"})
_ONCE = (io.IOBase, socket.socket)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it was called with.

    Attributes:
        function: The function itself, not a bound method.
        arguments: By name, as they were; the receiver among them.
        positional: Names of those that are passed by position.
        variable: Further positional arguments.
        keywords: Further keyword arguments.
    """

    function: FunctionType
    arguments: dict[str, Any]
    positional: tuple[str, ...]
    variable: tuple[Any, ...]
    keywords: dict[str, Any]

    @property
    def name(self) -> str:
        """As a person would call it."""
        return self.function.__qualname__

    @property
    def is_async(self) -> bool:
        """Whether calling it gives a coroutine."""
        return bool(self.function.__code__.co_flags & inspect.CO_COROUTINE)

    @property
    def receiver(self) -> Any:
        """What the method is called on; None for a function."""
        first = next(iter(self.arguments), "")
        return self.arguments[first] if first in ("self", "cls") else None

    def shared(self) -> dict[str, Any]:
        """Return the objects that a second caller can see, too."""
        return {
            name: value
            for name, value in self.arguments.items()
            if not isinstance(value, str | bytes | int | float | type(None))
        }

    def operation(self) -> Operation:
        """Return the call with connections of its own.

        Raises:
            Inseparable: It holds one that exists only once.
        """
        refuse_own(self.function.__globals__)
        opened: list[Any] = []
        own: dict[str, Any] = {}
        for name, value in self.arguments.items():
            own[name], more = separated(value)
            opened += more
        return Operation(self, own, opened)

    def swapped(self) -> Call | None:
        """Return the call with two arguments of one class exchanged, if there are."""
        names = [
            name
            for name, value in self.arguments.items()
            if name not in ("self", "cls")
            and hasattr(value, "__dict__")
            and not callable(value)
        ]
        for first, second in pairwise(names):
            one, two = self.arguments[first], self.arguments[second]
            if type(one) is type(two) and one is not two:
                exchanged = {**self.arguments, first: two, second: one}
                return Call(
                    self.function,
                    exchanged,
                    self.positional,
                    self.variable,
                    self.keywords,
                )
        return None


@dataclass(frozen=True, slots=True)
class Operation:
    """A call that is ready to be made.

    Attributes:
        call: The call.
        own: Its arguments, with connections of its own.
        opened: These connections.
    """

    call: Call
    own: dict[str, Any]
    opened: list[Any]

    def run(self) -> Any:
        """Make the call; of an asynchronous one return the coroutine."""
        return self.call.function(*self._positional(), **self._keywords())

    def end(self) -> None:
        """Do what a caller would do afterwards."""
        finish(self.opened)

    def give_up(self) -> None:
        """Do what a caller would do after an error."""
        take_back(self.opened)

    def _positional(self) -> tuple[Any, ...]:
        named = tuple(self.own[name] for name in self.call.positional)
        return (*named, *self.call.variable)

    def _keywords(self) -> dict[str, Any]:
        rest = {k: v for k, v in self.own.items() if k not in self.call.positional}
        return {**rest, **self.call.keywords}


def call_in(frame: FrameType) -> Call | None:
    """Return the call that `frame` begins to run; None when it cannot be repeated."""
    code = frame.f_code
    unrepeatable = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
    if code.co_flags & unrepeatable or code.co_name.startswith("<"):
        return None
    if code.co_name in _ALONE:
        return None
    function = _function_of(code, frame)
    if function is None:
        return None
    local = frame.f_locals
    positional = code.co_varnames[: code.co_argcount]
    every = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    arguments = {name: local[name] for name in every if name in local}
    if len(arguments) != len(every):
        return None
    rest = list(code.co_varnames[len(every) :])
    variable = local[rest.pop(0)] if code.co_flags & inspect.CO_VARARGS else ()
    keywords = local[rest.pop(0)] if code.co_flags & inspect.CO_VARKEYWORDS else {}
    if any(map(_exists_once, (*arguments.values(), *variable, *keywords.values()))):
        return None
    return Call(function, arguments, positional, tuple(variable), dict(keywords))


def _exists_once(value: Any) -> bool:
    return isinstance(value, _ONCE) or inspect.isgenerator(value)


def _function_of(code: CodeType, frame: FrameType) -> FunctionType | None:
    """Functions are not named in frames; what holds the code is asked instead."""
    found = [
        each
        for each in gc.get_referrers(code)
        if isinstance(each, FunctionType) and each.__code__ is code
    ]
    fitting = [each for each in found if _closes_over(each, frame)]
    return fitting[0] if fitting else None


def _closes_over(function: FunctionType, frame: FrameType) -> bool:
    names = function.__code__.co_freevars
    for name, cell in zip(names, function.__closure__ or (), strict=False):
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        if name in frame.f_locals and frame.f_locals[name] is not held:
            return False
    return True


def companions(call: Call, earlier: list[Call]) -> Iterator[tuple[str, Call]]:
    """Yield what may happen at the same time as `call`, each with what it is."""
    yield f"{call.name} twice", call
    exchanged = call.swapped()
    if exchanged is not None:
        yield f"{call.name} the other way round", exchanged
    seen = {call.function}
    for each in reversed(earlier):
        if each.function not in seen and _meet(call, each):
            seen.add(each.function)
            yield f"{call.name} and {each.name}", each


def _meet(one: Call, other: Call) -> bool:
    """Two calls that share no object can meet in their module's variables only."""
    if one.is_async != other.is_async:
        return False
    first = {id(each) for each in one.shared().values()}
    if first & {id(each) for each in other.shared().values()}:
        return True
    return one.function.__module__ == other.function.__module__


Explorer = Callable[[Call, list[Call]], None]
