"""A function that changes what it was given changes it for its caller too.

The list that was handed in for reading comes back shorter, the second call
sees what the first one left, and the fault shows in code that is right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    CHANGING,
    Brief,
    Example,
    Function,
    Hazard,
    Place,
    Project,
    Severity,
    Site,
    Source,
    body_nodes,
    effects_in,
    node_at,
    per_file,
    place_of,
    public_name,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            def cheapest(offers: list[int]) -> int:
                offers.sort()  # flagged
                return offers[0]


            def labels(names: dict[str, str]) -> str:
                names["all"] = "everything"  # flagged
                return ", ".join(names)
        """,
        good="""
            def cheapest(offers: list[int]) -> int:
                return min(offers)


            def labels(names: dict[str, str]) -> str:
                return ", ".join({**names, "all": "everything"})


            def fill(names: dict[str, str]) -> int:
                names["all"] = "everything"
                return len(names)
        """,
    ),
    Example(
        bad="""
            def first(offers: list[int]) -> int:  # flagged
                _in_order(offers)
                return offers[0]


            def _in_order(offers):
                offers.sort()
        """,
        good="""
            def first(offers: list[int]) -> int:
                return _in_order(offers)[0]


            def _in_order(offers):
                return sorted(offers)
        """,
    ),
)

_COLLECTIONS = frozenset({"list", "dict", "set", "List", "Dict", "Set", "bytearray"})
_ANNOUNCED = re.compile(
    r"(?i)(add|append|apply|assign|clean|clear|collect|configure|convert|discard|drain"
    r"|enrich|extend|fill|fix|inject|insert|install|load|merge|modify|mutate|normalize"
    r"|patch|pop|populate|prepare|process|push|put|record|register|remove|replace|reset"
    r"|reverse|set|shuffle|sort|strip|swap|take|transform|update|visit|write|consume"
    r"|in.?place|delete|chang|accumulat|resolve|handle|parse|read|setup|init|build)"
)


def check(source: Source) -> Iterator[Site]:
    handlers = {each.function for each in routes(source)}
    for function in source.functions():
        given = _collections(function) - _handed_on(function)
        if not given or not public_name(function.name) or _announces(function):
            continue
        if not _returns_another(function, given) or function in handlers:
            continue
        if source.function_of(function) is not None:
            continue  # handed to somebody who knows what it does
        for node, name in _changes(function, given):
            message = f"{function.name} changes {name!r}, which is its caller's"
            yield Site(node=node, message=message)
            break


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    """Whoever hands its argument to a function that changes it changes it, too."""
    effects = project.effects
    for name, known in effects.functions.items():
        source = project.by_path[known.path]
        trusted = dict(_innocent(source)).get(known.doing.place, ())
        changed = effects.changes[name] - set(known.doing.changes)
        for each in sorted(changed.intersection(trusted)):
            message = f"{known.doing.name} has {each!r}, which is its caller's, changed"
            yield source, Site(node=node_at(known.doing.place), message=message)


@per_file
def _innocent(source: Source) -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """Return the parameters that a function gives no hint of changing."""
    handlers = {each.function for each in routes(source)}
    return tuple(
        (place_of(function), tuple(sorted(_collections(function))))
        for function in source.functions()
        if public_name(function.name)
        and not _announces(function)
        and _returns_another(function, _collections(function))
        and function not in handlers
    )


def _handed_on(function: Function) -> set[str]:
    """What a function gives to itself is collected in on purpose."""
    return {
        each.id
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and _name_of(call.func) == function.name
        for each in [*call.args, *(option.value for option in call.keywords)]
        if isinstance(each, ast.Name)
    }


def _name_of(called: ast.expr) -> str:
    match called:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _announces(function: Function) -> bool:
    """Its name or its documentation says that it changes what it is given."""
    told = f"{function.name} {ast.get_docstring(function) or ''}"
    return _ANNOUNCED.search(told) is not None


def _collections(function: Function) -> set[str]:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {
        each.arg
        for each in given
        if _is_collection(each.annotation) and "cache" not in each.arg
    }


def _is_collection(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _COLLECTIONS
        case ast.Name(id=name):
            return name in _COLLECTIONS
        case _:
            return False


def _returns_another(function: Function, given: set[str]) -> bool:
    """Whoever returns a result is called for it, and not for what it changes."""
    values = [
        node.value for node in body_nodes(function.body) if isinstance(node, ast.Return)
    ]
    named = {each.id for each in values if isinstance(each, ast.Name)}
    whole = [each for each in values if each is not None]
    return bool(whole) and not named & given


def _changes(
    function: Function, given: set[str]
) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Yield changes of what is still the caller's: a name bound again is not."""
    own = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in body_nodes(function.body):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if (
                method in CHANGING and name in given - own
            ):
                yield node, name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                if name in given - own:
                    yield node, name


REPAIR = Brief(
    summary="Work on a copy (`sorted(x)`, `[*x]`, `{**x}`), or say in name and "
    "docstring that the argument is changed, and return nothing"
)

HAZARD = Hazard(
    title="Leave arguments as they were",
    practice="least-surprise",
    severity=Severity.LOW,
    check=check,
    check_project=check_project,
    gathers=(effects_in, _innocent),
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-471",),
)
