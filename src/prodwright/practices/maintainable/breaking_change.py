"""A public signature that changes breaks callers whom nobody here can see.

They find out in their own production, after an update that was said to be
harmless: a missing keyword, an argument that is suddenly required.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Project,
    Severity,
    Site,
    Source,
    public_name,
)

EXAMPLES = (
    Example(
        before={
            "shop/prices.py": """
                def gross(net, rate=0.19):
                    return net * (1 + rate)


                def rounded(amount):
                    return round(amount, 2)
            """
        },
        bad={
            "shop/prices.py": """
                def gross(net, country, rate=0.19):  # flagged
                    return net * (1 + rate)


                def rounded(value):  # flagged
                    return round(value, 2)
            """
        },
        good={
            "shop/prices.py": """
                def gross(net, rate=0.19, *, country="de"):
                    return net * (1 + rate)


                def rounded(amount):
                    return round(amount, 2)
            """
        },
    ),
)


def check_change(before: Project, after: Project) -> Iterable[tuple[Source, Site]]:
    now = {source.path: source for source in after.production()}
    for old in before.production():
        new = now.get(old.path)
        if new is None or _is_private(old.path):
            continue
        current = _interface(new)
        for name, was in _interface(old).items():
            function = current.get(name)
            lost = _lost(was, function) if function is not None else ""
            if function is not None and lost:
                yield new, Site(node=function, message=f"{name} {lost}")


def _is_private(path: str) -> bool:
    return any(
        part.startswith("_") and part != "__init__.py" for part in path.split("/")
    )


def _interface(source: Source) -> dict[str, Function]:
    """Return what other code may call, by qualified name."""
    found: dict[str, Function] = {}
    for node in source.tree.body:
        if isinstance(node, Function) and public_name(node.name):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef) and public_name(node.name):
            found |= dict(_methods(node))
    return found


def _methods(kind: ast.ClassDef) -> Iterator[tuple[str, Function]]:
    for node in kind.body:
        if isinstance(node, Function) and (
            public_name(node.name) or node.name == "__init__"
        ):
            yield f"{kind.name}.{node.name}", node


def _lost(was: Function, now: Function) -> str:
    """Return which call that worked before works no more; empty when all do."""
    if not now.args.kwarg:
        gone = [name for name in _names(was) if name not in _names(now)]
        if gone:
            return f"takes no {gone[0]!r} any more"
    required = set(_required(now)) - set(_required(was))
    new = [name for name in _required(now) if name in required]
    if new:
        return f"requires {new[0]!r} now"
    places = _places(now)[: len(_places(was))]
    if places != _places(was) and not now.args.vararg:
        return "takes its arguments in another order"
    return ""


def _names(function: Function) -> list[str]:
    """Return the arguments that may be given by name."""
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


def _places(function: Function) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def _required(function: Function) -> list[str]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    needed = positional[: len(positional) - len(arguments.defaults)]
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    needed += [each for each, default in pairs if default is None]
    return [each.arg for each in needed]


REPAIR = Brief(
    summary="Add what is new as a keyword with a default, keep the old name working "
    "with a DeprecationWarning, or say in the change log that it breaks"
)

HAZARD = Hazard(
    title="Keep the calls working that worked before",
    practice="clear-contracts",
    severity=Severity.NOTE,
    check_change=check_change,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Semantic Versioning 2.0.0, clause 8",),
    stage="integrity",
)
