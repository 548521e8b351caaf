"""Objects that stand in for a dependency, and do no more than it promises."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from types import FrameType
from typing import Any

# Looked up on the type, not on the object: each that a dependency has is passed on.
_SPECIAL = (
    *("__call__", "__len__", "__bool__", "__iter__", "__next__", "__reversed__"),
    *("__getitem__", "__setitem__", "__delitem__", "__contains__", "__await__"),
    *("__enter__", "__exit__", "__aenter__", "__aexit__", "__aiter__", "__anext__"),
    *("__lt__", "__le__", "__gt__", "__ge__", "__str__", "__int__", "__float__"),
)
_HIDDEN: dict[int, Any] = {}
_KINDS: set[type] = set()


class Manner(Enum):
    """How a stand-in plays: does what is promised, does everything, does nothing."""

    STRICT = "strict"
    LENIENT = "lenient"
    DEAD = "dead"


class DependencyGone(RuntimeError):
    """Code used a dependency that answers nothing."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a dependency is for.

    Attributes:
        owner: Qualified name of the class that is given it.
        path: Of that class's file.
        parameter: Of its constructor.
        declared: The type that the parameter is annotated with; None: none is.
        promised: Names that users may use; None: all public ones.
        friends: Files that may use the rest too.
        manner: How a stand-in for it plays.
    """

    owner: str
    path: str
    parameter: str
    declared: type | None
    promised: frozenset[str] | None
    friends: frozenset[str]
    manner: Manner = Manner.STRICT


@dataclass(frozen=True, slots=True)
class Reach:
    """Code uses more of a dependency than is promised.

    Attributes:
        role: Of the dependency.
        name: What is used.
        path: Absolute, of the file with that code.
        line: 1-based.
    """

    role: Role
    name: str
    path: str
    line: int


Note = Callable[[Reach], None]
IsCode = Callable[[str], bool]


def is_stand_in(value: object) -> bool:
    """Tell whether a value is one of ours already."""
    return type(value) in _KINDS


def stand_in(value: object, role: Role, is_code: IsCode, note: Note) -> Any:
    """Return what code can use as `value`, as far as that is promised.

    Args:
        value: The dependency; tests go on using all of it.
        role: What it is for.
        is_code: Tells whether a file is under test.
        note: Is told when code under test reaches further.
    """
    judge = _Judge(role, is_code, note)
    space: dict[str, Any] = {
        "__slots__": ("__weakref__",),
        "__getattribute__": _getter(judge),
        "__setattr__": _setter(judge),
        "__eq__": lambda self, other: _HIDDEN[id(self)] == _shown(other),
        "__hash__": lambda self: hash(_HIDDEN[id(self)]),
        "__repr__": lambda self: repr(_HIDDEN[id(self)]),
    }
    of_value = type(value)
    space |= {name: _special(name, judge) for name in _special_of(of_value)}
    kind = type(of_value.__name__, (), space)
    _KINDS.add(kind)
    made: Any = object.__new__(kind)
    _HIDDEN[id(made)] = value
    judge.keep(made)
    return made


def _special_of(kind: type) -> Iterable[str]:
    plain = (name for name in _SPECIAL if name != "__str__")
    yield "__str__"
    yield from (name for name in plain if hasattr(kind, name))


def _shown(value: object) -> object:
    return _HIDDEN.get(id(value), value) if is_stand_in(value) else value


class _Judge:
    def __init__(self, role: Role, is_code: IsCode, note: Note) -> None:
        self._role = role
        self._is_code = is_code
        self._note = note
        self._kept: list[object] = []  # an identity is never given to another

    def keep(self, made: object) -> None:
        self._kept.append(made)

    def class_for(self, frame: FrameType, real: type) -> type:
        """Say the declared class to code: any substitute would be one of that."""
        if not self._is_stranger(frame):
            return real
        self._tell("__class__", frame)
        if self._role.manner is Manner.LENIENT:
            return real
        return self._role.declared or object

    def check(self, name: str, frame: FrameType) -> None:
        """Refuse what is not promised.

        Raises:
            AttributeError: As of an object that does not have it.
            DependencyGone: It is dead, and code uses it.
        """
        if not self._is_stranger(frame):
            return
        if self._role.manner is Manner.DEAD:
            raise DependencyGone(f"{self._role.parameter} of {self._role.owner}")
        if not self._is_promised(name):
            self._tell(name, frame)
            if self._role.manner is Manner.STRICT:
                raise AttributeError(f"a stand-in has no attribute {name!r}")

    def _is_promised(self, name: str) -> bool:
        if name.startswith("__") and name.endswith("__"):
            return True
        if self._role.promised is not None:
            return name in self._role.promised
        return not name.startswith("_")

    def _is_stranger(self, frame: FrameType) -> bool:
        path = frame.f_code.co_filename
        return path not in self._role.friends and self._is_code(path)

    def _tell(self, name: str, frame: FrameType) -> None:
        path = frame.f_code.co_filename
        self._note(Reach(self._role, name, path, frame.f_lineno))


def _getter(judge: _Judge) -> Callable[[object, str], object]:
    def get(self: object, name: str) -> object:
        value = _HIDDEN[id(self)]
        frame = sys._getframe(1)
        if name == "__class__":
            return judge.class_for(frame, type(value))
        judge.check(name, frame)
        return getattr(value, name)

    return get


def _setter(judge: _Judge) -> Callable[[object, str, object], None]:
    def put(self: object, name: str, new: object) -> None:
        judge.check(name, sys._getframe(1))
        setattr(_HIDDEN[id(self)], name, new)

    return put


def _special(name: str, judge: _Judge) -> Callable[..., object]:
    def call(self: object, *words: object, **named: object) -> object:
        judge.check(name, sys._getframe(1))
        value = _HIDDEN[id(self)]
        return getattr(type(value), name)(value, *words, **named)

    return call
