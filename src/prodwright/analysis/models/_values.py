"""What is known of functions that are not in the program."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NONE: Mapping[str, Any] = MappingProxyType({})


class Sink(NamedTuple):
    """What a call does with dangerous values.

    Attributes:
        category: In which it hurts.
        bit: Of that category.
        positions: Arguments, from 0; -1 is the object that a method is called on.
        keywords: Names of arguments.
        all_arguments: Whether every argument counts.
        unless: Keywords whose presence makes it harmless.
        safe_with: Dotted names that, passed as any argument, make it harmless.
        only_with: Dotted names of which one, passed as any argument, makes it harmful.
        needs: Keywords that must have this constant value, as texts of TOML have it.
        is_argv: Whether a list is run as a program and its arguments, without a shell.
    """

    category: str
    bit: int
    positions: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    all_arguments: bool = False
    unless: tuple[str, ...] = ()
    safe_with: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    needs: tuple[tuple[str, object], ...] = ()
    is_argv: bool = False


class Validator(NamedTuple):
    """A call whose result tells whether a value is harmless.

    Attributes:
        cleared: Bits of the categories in which it then is.
        argument: The one it judges, from 0; -1 is the object of a method.
        keyword: Its name, for calls that give it by name; empty: none do.
        result: What it returns for a harmless value; None: it raises for others.
    """

    cleared: int
    argument: int = 0
    keyword: str = ""
    result: bool | None = True


class Becomes(NamedTuple):
    """A method that makes its object one of another class.

    Attributes:
        type: Dotted name of that class.
        given: What it does so for, in order: a dotted name, or a truth value.
    """

    type: str
    given: tuple[object, ...]


class Entry(NamedTuple):
    """Functions that a framework calls with what came from outside.

    Attributes:
        decorators: Dotted names; `*.route` is a decorator of that name on any object,
            called with a URL path.
        bases: Prefixes of the dotted names of classes whose methods are called.
        methods: The names of those methods; empty with `bases`: none.
        imports: Packages one of which the module imports; empty: any module.
        parameters: `all`, or `path` for those named in the decorator's URL, or `none`.
        shows: Whether a text that is returned becomes a page.
    """

    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    parameters: str = "none"
    shows: bool = False


class Given(NamedTuple):
    """A parameter or attribute that frameworks fill with an object of a type.

    Attributes:
        name: Of the parameter or attribute.
        type: Dotted name of its class.
        imports: For parameters: packages one of which the module imports.
        bases: For attributes: prefixes of the dotted names of the class's bases.
    """

    name: str
    type: str
    imports: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


class Models(NamedTuple):
    """Everything known, by dotted name.

    An object of class `a.B` is written `a.B()`, its method `a.B().m`; a name that
    begins with `*.` is that of a method on objects of unknown classes.

    Attributes:
        sources: The bits that reading an attribute or, with `()`, calling brings.
        sinks: By function.
        sanitizers: Bits that a call's result no longer has.
        validators: By function.
        returns: Class of what a function returns; `a.B().*` and `a.B()[]` are the
            attributes and items of an object of which nothing else is known.
        clean: Functions whose result has nothing of their arguments.
        passes: Functions whose result is what their arguments were, secrets included.
        caught: Bits that a caught exception brings, by class.
        harmless: Types no value of which does any harm.
        secrets: Names, lower case, of variables and fields that hold secrets.
        entries: What frameworks call.
        parameters: What frameworks pass.
        attributes: What frameworks set.
        injected: Calls that, as a default, make a parameter the framework's.
        aliases: Other names of the same thing.
        puts: Methods that keep their last argument under those before it.
        fetches: Methods that return what was kept so; how many arguments are the key.
        becomes: Methods that change what their object is.
        route_paths: Sources that are the URL path, which a route may fix.
    """

    sources: Mapping[str, int] = _NONE
    sinks: Mapping[str, tuple[Sink, ...]] = _NONE
    sanitizers: Mapping[str, int] = _NONE
    validators: Mapping[str, Validator] = _NONE
    returns: Mapping[str, str] = _NONE
    clean: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()
    caught: Mapping[str, int] = _NONE
    harmless: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    entries: tuple[Entry, ...] = ()
    parameters: tuple[Given, ...] = ()
    attributes: tuple[Given, ...] = ()
    injected: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = _NONE
    puts: frozenset[str] = frozenset()
    fetches: Mapping[str, int] = _NONE
    becomes: Mapping[str, tuple[Becomes, ...]] = _NONE
    route_paths: frozenset[str] = frozenset()
