"""What each function of one file does by itself, and whom it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from prodwright.analysis.effects.contexts import ANY, Context, Contexts
from prodwright.analysis.effects.names import BLOCKING, CHANGING, OPENERS
from prodwright.analysis.effects.resolving import AbsoluteNames, is_library
from prodwright.analysis.facts import Place, per_file, place_of
from prodwright.analysis.source import Function, Source

UNKNOWN = "?"


class Call(NamedTuple):
    """One call of what may be the project's own.

    Attributes:
        target: Dotted name, absolute; `?.word` where only the last word is known.
        place: Where.
        caught: Exceptions that a handler around it catches; `*`: all.
        in_transaction: Whether a transaction is open there.
        given: Parameters of the caller that are handed on as they are, each by the
            number or the name of what they become.
    """

    target: str
    place: Place
    caught: tuple[str, ...]
    in_transaction: bool
    given: tuple[tuple[int | str, str], ...]


class Doing(NamedTuple):
    """What one function does.

    Attributes:
        name: Within its module, e.g. `Client.get`.
        place: Where it is defined.
        is_async: Whether it is a coroutine.
        parameters: Their names, in order.
        calls: Of what may be the project's own, each the parts of a `Call`.
        blocks: Library calls that block, each with its place.
        raises: Exceptions that leave it by a `raise` of its own; `?`: one that
            something else has made.
        opens: Whether each of its results is something to be closed: `yes`, `no`, or
            the dotted name of a function that decides.
        changes: Parameters that it changes in place.
    """

    name: str
    place: Place
    is_async: bool
    parameters: tuple[str, ...]
    calls: tuple[tuple[Any, ...], ...]
    blocks: tuple[tuple[str, Place], ...]
    raises: tuple[str, ...]
    opens: str
    changes: tuple[str, ...]


class Doings(NamedTuple):
    """What a file defines.

    Attributes:
        functions: Also those of classes; not those inside others.
        bases: Names of the classes that a class derives from, by its own.
        shown: What the module shows of others: its name for it, and the absolute one.
        held: Names of attributes that objects are given, and may call.
    """

    functions: tuple[tuple[object, ...], ...]
    bases: tuple[tuple[str, tuple[str, ...]], ...]
    shown: tuple[tuple[str, str], ...]
    held: tuple[str, ...]


@per_file
def effects_in(source: Source) -> tuple[object, ...]:
    """Return the `Doings` of a file, as plain tuples."""
    names = AbsoluteNames(source)
    named = dict(_functions(source))
    contexts = Contexts(source, frozenset(named), names.absolute)
    gathered = {each: _Gathered() for each in named}
    _gather(source, names, contexts, gathered, named)
    functions = tuple(
        tuple(_doing(names, function, name, gathered[function]))
        for function, name in named.items()
    )
    bases = tuple(
        (each.name, tuple(filter(None, map(names.absolute, each.bases))))
        for each in source.nodes(ast.ClassDef)
        if _is_outermost(source, each)
    )
    shown = tuple((own, names.whole(told)) for own, told in sorted(names.imported()))
    return tuple(Doings(functions, bases, shown, tuple(sorted(set(_held(source))))))


@dataclass(slots=True)
class _Gathered:
    """What was found inside one function."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    blocks: list[tuple[str, Place]] = field(default_factory=list)
    raises: set[str] = field(default_factory=set)
    results: set[str] = field(default_factory=set)
    handed: list[tuple[int, ast.Call]] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)


def _held(source: Source) -> Iterator[str]:
    for each in source.nodes(ast.AnnAssign):
        is_field = isinstance(source.parent(each), ast.ClassDef)
        if is_field and isinstance(each.target, ast.Name):
            yield each.target.id
    for attribute in source.nodes(ast.Attribute):
        if type(attribute.ctx) is ast.Store:
            yield attribute.attr


def _functions(source: Source) -> Iterator[tuple[Function, str]]:
    for each in source.functions():
        around = source.parent(each)
        if isinstance(around, ast.Module):
            yield each, each.name
        elif isinstance(around, ast.ClassDef) and _is_outermost(source, around):
            yield each, f"{around.name}.{each.name}"


def _is_outermost(source: Source, node: ast.AST) -> bool:
    return isinstance(source.parent(node), ast.Module)


def _gather(
    source: Source,
    names: AbsoluteNames,
    contexts: Contexts,
    gathered: Mapping[Function, _Gathered],
    named: Mapping[Function, str],
) -> None:
    for call in source.nodes(ast.Call):
        context = contexts.of(call)
        if context.function is not None:
            target = names.called(call, _owner(named, context.function))
            found = gathered[context.function]
            _gather_call(source, target, call, context, found)
    for attribute in source.nodes(ast.Attribute):
        _gather_asked(names, attribute, contexts, gathered, named)
    for raised in source.nodes(ast.Raise):
        context = contexts.of(raised)
        if context.function is not None and raised.exc is not None:
            name = _raised(names, raised.exc)
            if not context.caught.intersection((ANY, name)):
                gathered[context.function].raises.add(name)
    _gather_results(source, names, contexts, gathered, named)


def _owner(named: Mapping[Function, str], function: Function) -> str:
    return named[function].rpartition(".")[0]


def _gather_results(
    source: Source,
    names: AbsoluteNames,
    contexts: Contexts,
    gathered: Mapping[Function, _Gathered],
    named: Mapping[Function, str],
) -> None:
    for result in source.nodes(ast.Return):
        function = contexts.of(result).function
        if function is not None:
            told = _opener(source, names, _owner(named, function), result)
            gathered[function].results.add(told)
    for kind in (ast.Yield, ast.YieldFrom):
        for each in source.nodes(kind):
            function = contexts.of(each).function
            if function is not None:
                gathered[function].results.add("no")
    for item in source.nodes(ast.Subscript):
        if type(item.ctx) is not ast.Load and isinstance(item.value, ast.Name):
            function = contexts.of(item).function
            if function is not None:
                gathered[function].stored.append(item.value.id)


def _gather_call(
    source: Source, target: str, call: ast.Call, context: Context, found: _Gathered
) -> None:
    if source.called(call) in BLOCKING:
        found.blocks.append((str(source.called(call)), place_of(call)))
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr=method) if method in CHANGING:
            found.stored.append(name)
    if is_library(target):
        return
    found.handed.append((len(found.calls), call))
    caught = tuple(sorted(context.caught))
    whole = Call(target, place_of(call), caught, context.in_transaction, ())
    found.calls.append(tuple(whole))


def _gather_asked(
    names: AbsoluteNames,
    attribute: ast.Attribute,
    contexts: Contexts,
    gathered: Mapping[Function, _Gathered],
    named: Mapping[Function, str],
) -> None:
    """Note what is done where an object asks itself for what a method works out."""
    match attribute:
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()) if (
            names.works_out(name)
        ):
            context = contexts.of(attribute)
        case _:
            return
    if context.function is None:
        return
    target = names.worked_out(named[context.function].rpartition(".")[0], name)
    if target:
        caught = tuple(sorted(context.caught))
        whole = Call(target, place_of(attribute), caught, context.in_transaction, ())
        gathered[context.function].calls.append(tuple(whole))


def _raised(names: AbsoluteNames, raised: ast.expr) -> str:
    kind = raised.func if isinstance(raised, ast.Call) else raised
    return names.absolute(kind) or UNKNOWN


def _opener(
    source: Source, names: AbsoluteNames, owner: str, result: ast.Return
) -> str:
    if not isinstance(result.value, ast.Call):
        return "no"
    if source.called(result.value) in OPENERS:
        return "yes"
    target = names.called(result.value, owner)
    return "no" if target.startswith("?") or is_library(target) else target


def _doing(
    names: AbsoluteNames, function: Function, name: str, found: _Gathered
) -> Doing:
    parameters = _parameters(function)
    own = frozenset(parameters)
    is_given = any(_given(call, own) for _, call in found.handed)
    if is_given or not own.isdisjoint(found.stored):
        own -= _rebound(function)
        for number, call in found.handed:
            found.calls[number] = (*found.calls[number][:-1], _given(call, own))
    return Doing(
        name=name,
        place=place_of(function),
        is_async=isinstance(function, ast.AsyncFunctionDef),
        parameters=parameters,
        calls=tuple(found.calls),
        blocks=tuple(found.blocks),
        raises=tuple(sorted(found.raises)),
        opens=next(iter(found.results)) if len(found.results) == 1 else "no",
        changes=tuple(sorted(own.intersection(found.stored))),
    )


def _parameters(function: Function) -> tuple[str, ...]:
    given = function.args
    return tuple(
        each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)
    )


def _rebound(function: Function) -> set[str]:
    return {
        each.id
        for each in ast.walk(function)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _given(call: ast.Call, own: frozenset[str]) -> tuple[tuple[int | str, str], ...]:
    """Return the parameters that are handed on as they are, by what they become."""
    given: list[tuple[int | str, str]] = [
        (number, each.id)
        for number, each in enumerate(call.args)
        if isinstance(each, ast.Name) and each.id in own
    ]
    for option in call.keywords:
        value = option.value
        if option.arg and isinstance(value, ast.Name) and value.id in own:
            given.append((option.arg, value.id))
    return tuple(given)
