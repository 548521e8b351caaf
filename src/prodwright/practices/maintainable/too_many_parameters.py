"""A call with nine arguments in a row is wrong sooner or later, silently.

Two of the same type change places and every type checker agrees. Arguments that
travel together are one thing without a name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def ship(name, street, city, land, weight, width, height, depth):  # flagged
                return name, street, city, land, weight, width, height, depth
        """,
        good="""
            def ship(address, parcel):
                return address, parcel


            def settings(*, a, b, c, d, e, f, g, h):
                return a, b, c, d, e, f, g, h
        """,
    ),
)

MOST_POSITIONAL = 7  # Miller (1956), and what SonarQube's S107 allows


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        given = [*function.args.posonlyargs, *function.args.args]
        names = [each.arg for each in given if each.arg not in ("self", "cls")]
        required = len(names) - len(function.args.defaults)
        if required > MOST_POSITIONAL and not _is_called_by_others(source, function):
            message = f"{function.name} takes {required} arguments by position"
            yield Site(node=function, message=message)


def _is_called_by_others(source: Source, function: Function) -> bool:
    """A framework names the arguments of what it decorates; a base, of methods."""
    owner = source.parent(function)
    inherited = isinstance(owner, ast.ClassDef) and bool(owner.bases)
    return bool(function.decorator_list) or (inherited and function.name != "__init__")


REPAIR = Brief(
    summary="Group what belongs together in a frozen dataclass; make the rest "
    "keyword-only"
)

HAZARD = Hazard(
    title="Pass few things, by name",
    practice="single-responsibility",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1064", "SonarQube S107: 7 parameters"),
)
