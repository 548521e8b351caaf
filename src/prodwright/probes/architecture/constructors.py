"""Finds what classes under test are given, and puts others in its place."""

from __future__ import annotations

import enum
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

from prodwright.probes.architecture.standins import (
    IsCode,
    Manner,
    Reach,
    Role,
    is_stand_in,
    stand_in,
)

_VALUES = (enum.Enum, BaseException, tuple, type, str, bytes, int, float, dict, list)
_NEITHER = frozenset(
    {"builtins", "datetime", "decimal", "pathlib", "uuid", "collections"}
)
_OBJECT = frozenset(dir(object))
Key = tuple[str, str, str]


@dataclass(slots=True)
class Injections:
    """What constructors were given while a test ran.

    Attributes:
        is_code: Tells whether a file is under test.
        replaced: That in whose place a stand-in is put; None: nothing is replaced.
        manner: How the stand-in plays.
        seen: Every dependency that was given.
        reaches: Where code used more of one than is promised.
    """

    is_code: IsCode
    replaced: Key | None = None
    manner: Manner = Manner.STRICT
    seen: dict[Key, Role] = field(default_factory=dict)
    reaches: list[Reach] = field(default_factory=list)

    def install(self) -> None:
        """Watch the constructors of all classes under test that are loaded."""
        for kind in set(_classes(self.is_code)):
            made = kind.__dict__.get("__init__")
            if isinstance(made, FunctionType):
                _put(kind, self._watched(kind, made))

    def _watched(self, kind: type, made: FunctionType) -> Callable[..., None]:
        signature = inspect.signature(made)
        roles = _roles_of(kind, made, signature)

        @functools.wraps(made)
        def construct(*words: Any, **named: Any) -> None:
            try:
                bound = signature.bind(*words, **named)
            except TypeError:
                made(*words, **named)  # raises as it does without us
                return
            for parameter, role in roles.items():
                if parameter in bound.arguments:
                    given = bound.arguments[parameter]
                    bound.arguments[parameter] = self._given(given, role)
            made(*bound.args, **bound.kwargs)

        return construct

    def _given(self, value: Any, role: Role) -> Any:
        if is_stand_in(value) or not _is_dependency(value, role, self.is_code):
            return value
        key = (role.path, role.owner, role.parameter)
        self.seen.setdefault(key, role)
        if key != self.replaced:
            return value
        own = _file_of(type(value))
        friends = frozenset({own}) if own and role.promised is None else frozenset()
        played = replace(role, friends=friends, manner=self.manner)
        return stand_in(value, played, self.is_code, self.reaches.append)


def _classes(is_code: IsCode) -> Iterator[type]:
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and is_code(path):
            for each in list(vars(module).values()):
                if isinstance(each, type) and is_code(_file_of(each)):
                    yield each


def _put(kind: type, construct: Callable[..., None]) -> None:
    try:
        type.__setattr__(kind, "__init__", construct)
    except TypeError:
        return  # it lets nothing be changed


def _roles_of(
    kind: type, made: FunctionType, signature: inspect.Signature
) -> dict[str, Role]:
    """Return the parameters of a constructor that can hold a dependency, by name."""
    hints = _hints(kind, made)
    own = _file_of(kind)
    roles: dict[str, Role] = {}
    for name, parameter in list(signature.parameters.items())[1:]:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        declared = _class_in(hints.get(name))
        roles[name] = Role(
            owner=kind.__qualname__,
            path=own,
            parameter=name,
            declared=declared,
            promised=_promised(declared),
            friends=frozenset(),
        )
    return roles


def _hints(kind: type, made: FunctionType) -> dict[str, Any]:
    for each in (made, kind):  # a dataclass has them in its own body
        try:
            found = typing.get_type_hints(each)
        # prodwright: allow swallowed-exception -- without hints nothing is declared
        except Exception:  # noqa: BLE001, S112 - annotations are the project's own code
            continue
        if found:
            return found
    return {}


def _class_in(hint: object) -> type | None:
    """Return the class that an annotation names, `X | None` being X."""
    options = [each for each in typing.get_args(hint) if each is not type(None)]
    if len(options) == 1 and type(None) in typing.get_args(hint):
        hint = options[0]
    hint = typing.get_origin(hint) or hint
    return hint if isinstance(hint, type) else None


def _promised(declared: type | None) -> frozenset[str] | None:
    """Return what an abstract type says of its users; None: it is not abstract."""
    if declared is None or not _is_abstract(declared):
        return None
    annotated = {e for base in declared.__mro__ for e in inspect.get_annotations(base)}
    return frozenset(dir(declared)) | annotated


def _is_abstract(kind: type) -> bool:
    return bool(getattr(kind, "_is_protocol", False)) or inspect.isabstract(kind)


def _is_dependency(value: object, role: Role, is_code: IsCode) -> bool:
    """Tell what does something for others from what is only known or told."""
    kind = type(value)
    if isinstance(value, _VALUES) or kind.__module__.partition(".")[0] in _NEITHER:
        return False
    if role.declared is not None and _is_abstract(role.declared):
        return bool(_file_of(role.declared)) and is_code(_file_of(role.declared))
    return is_code(_file_of(kind)) and _does_something(kind)


def _does_something(kind: type) -> bool:
    names = (name for name in dir(kind) if name not in _OBJECT)
    public = (name for name in names if not name.startswith("_"))
    generated = {"model_", "parse_", "_asdict", "copy", "dict", "json"}
    if any(name.startswith("model_") for name in dir(kind)) or generated & set(
        dir(kind)
    ):
        return False  # a record of a validating library
    return any(
        inspect.isfunction(inspect.getattr_static(kind, each)) for each in public
    )


def _file_of(kind: type) -> str:
    """Return the file of a class; its `__module__` may tell of where it is shown."""
    for each in vars(kind).values():
        made = getattr(each, "fget", None) or getattr(each, "__func__", None) or each
        if isinstance(made, FunctionType) and made.__code__.co_filename[:1] != "<":
            return made.__code__.co_filename
    module = sys.modules.get(kind.__module__)
    return str(getattr(module, "__file__", "") or "")
