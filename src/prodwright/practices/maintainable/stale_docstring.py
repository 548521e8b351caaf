"""A docstring that describes an argument that is gone misleads every caller.

Whoever believes it passes what is no longer understood, or relies on what no
longer happens; nobody trusts the rest of it either.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from prodwright.kit import (
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
)

EXAMPLES = (
    Example(
        bad='''
            def send(message, timeout_seconds):  # flagged
                """Send a message.

                Args:
                    message: What to send.
                    retries: How often to try.
                """
                return message, timeout_seconds


            def receive(queue):  # flagged
                """Receive a message.

                :param queue: Where from.
                :param wait: How long.
                """
                return queue
        ''',
        good='''
            def send(message, timeout_seconds, **options):
                """Send a message.

                Args:
                    message: What to send.
                    timeout_seconds (float): When to give up.
                    retries: An option.
                """
                return message, timeout_seconds, options
        ''',
    ),
    Example(
        bad={
            "shop/errors.py": """
                class UnknownItem(Exception):
                    pass


                class Closed(Exception):
                    pass
            """,
            "shop/prices.py": """
                from shop.errors import UnknownItem


                def price(items, key):  # flagged
                    \"\"\"Return the price of an item.

                    Raises:
                        UnknownItem: There is none.
                        Closed: The shop is closed.
                    \"\"\"
                    return _found(items, key)["price"]


                def _found(items, key):
                    if key not in items:
                        raise UnknownItem(key)
                    return items[key]
            """,
        },
        good={
            "shop/errors.py": """
                class UnknownItem(Exception):
                    pass
            """,
            "shop/prices.py": """
                from shop.errors import UnknownItem


                def price(items, key):
                    \"\"\"Return the price of an item.

                    Raises:
                        UnknownItem: There is none.
                    \"\"\"
                    return _found(items, key)["price"]


                def _found(items, key):
                    if key not in items:
                        raise UnknownItem(key)
                    return items[key]
            """,
        },
    ),
)

_GOOGLE = re.compile(
    r"^(\s*)(?:Args|Arguments|Parameters):\s*\n((?:\1[ \t]+.*\n|\s*\n)+)", re.M
)
_ENTRY = re.compile(r"^(\s+)\*{0,2}(\w+)(?: \([^)]*\))?:", re.M)
_SPHINX = re.compile(r"^\s*:param (?:[\w\[\], |.]+ )?\*{0,2}(\w+):", re.M)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        docstring = ast.get_docstring(function, clean=True)
        if docstring is None or function.args.kwarg is not None:
            continue
        gone = sorted(set(_documented(docstring)) - _parameters(function))
        if gone and not _is_replaced(function):
            message = f"the docstring describes {', '.join(gone)}, which is not there"
            yield Site(node=function, message=message)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    """An error of the project's own that nothing in reach raises is not raised."""
    effects = project.effects
    for name, known in effects.functions.items():
        source = project.by_path[known.path]
        told = dict(_announced(source)).get(known.doing.place, ())
        for word in told:
            kinds = [] if word in _BUILT_IN else effects.kinds_named(word)
            if len(kinds) == 1 and not effects.may_raise(name, kinds[0]):
                message = f"the docstring says it raises {word}, which nothing does"
                yield source, Site(node=node_at(known.doing.place), message=message)
                break


@per_file
def _announced(source: Source) -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """Return the errors that each function says it raises; abstract ones do not."""
    found = []
    for function in source.functions():
        docstring = ast.get_docstring(function, clean=True)
        if docstring is not None and "aise" in docstring and not _is_open(function):
            found.append((place_of(function), tuple(_errors(docstring))))
    return tuple(found)


def _errors(docstring: str) -> Iterator[str]:
    yield from _SPHINX_RAISES.findall(docstring)
    for _, block in _RAISES.findall(docstring + "\n"):
        entries = _ENTRY.findall(block)
        margin = min((len(space) for space, _ in entries), default=0)
        yield from (name for space, name in entries if len(space) == margin)


def _is_open(function: Function) -> bool:
    """Others decide what it does: those that derive from it, or that it is given."""
    body = function.body[1:]
    if all(map(_says_nothing, body)) or function.decorator_list:
        return True
    inside = list(body_nodes(function.body))
    if any(isinstance(each, _LATER) for each in ast.walk(function) if each != function):
        return True
    calls = [each for each in inside if isinstance(each, ast.Call)]
    given = _parameters(function)
    if any(isinstance(e.func, ast.Name) and e.func.id in given for e in calls):
        return True
    return any(_is_method(each) for call in calls for each in _handed(call))


def _handed(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(option.value for option in call.keywords)]


def _is_method(value: ast.expr) -> bool:
    """Handed on, it may be called by whoever gets it."""
    match value:
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
        case _:
            return False


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
            return name == "NotImplementedError"
        case _:
            return False


_LATER = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BUILT_IN = frozenset(dir(builtins))
_RAISES = re.compile(r"^(\s*)Raises:\s*\n((?:\1[ \t]+.*\n|\s*\n)+)", re.M)
_SPHINX_RAISES = re.compile(r"^\s*:raises? (\w+):", re.M)


def _documented(docstring: str) -> Iterator[str]:
    yield from _SPHINX.findall(docstring)
    for _, block in _GOOGLE.findall(docstring + "\n"):
        entries = _ENTRY.findall(block)
        margin = min((len(space) for space, _ in entries), default=0)
        yield from (name for space, name in entries if len(space) == margin)


def _parameters(function: Function) -> set[str]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    every += [each for each in (given.vararg, given.kwarg) if each is not None]
    return {each.arg for each in every}


def _is_replaced(function: Function) -> bool:
    """A decorator may add or remove arguments; `*args` may hold any."""
    return bool(function.decorator_list) or function.args.vararg is not None


REPAIR = Brief(summary="Describe the arguments that there are, and no others")

HAZARD = Hazard(
    title="Keep docstrings true",
    practice="documentation",
    severity=Severity.LOW,
    check=check,
    check_project=check_project,
    gathers=(effects_in, _announced),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1116", "PEP 257"),
)
