"""A chain of `isinstance` has to be found and extended for every new class.

The class that somebody forgets falls through to the last branch, in production,
without an error.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

_CHAIN = "\n".join(
    [
        "def area(shape):",
        "    if isinstance(shape, Kind):  # flagged",
        "        return 0",
        *(
            f"    elif isinstance(shape, Kind{n}):\n        return {n}"
            for n in range(5)
        ),
    ]
)

EXAMPLES = (
    Example(
        bad=_CHAIN,
        good="""
            from functools import singledispatch


            @singledispatch
            def area(shape):
                raise TypeError(f"no area of {shape!r}")
        """,
    ),
)

LEAST_BRANCHES = 6  # the practice asks from five up; six keeps parsers out


def check(source: Source) -> Iterator[Site]:
    for branch in source.nodes(ast.If):
        if _is_continued(source, branch):
            continue
        subjects = list(_subjects(branch))
        same = set(subjects) == {subjects[0]} and bool(subjects[0])
        if same and len(subjects) >= LEAST_BRANCHES and not _is_builtin(branch):
            message = f"{len(subjects)} classes are told apart here by hand"
            yield Site(node=branch, message=message)


def _is_continued(source: Source, branch: ast.If) -> bool:
    around = source.parent(branch)
    return isinstance(around, ast.If) and around.orelse == [branch]


def _subjects(branch: ast.If) -> Iterator[str]:
    """Yield what each branch asks for the class of; empty for another question."""
    while True:
        match branch.test:
            case ast.Call(func=ast.Name(id="isinstance"), args=[subject, _]):
                yield ast.dump(subject)
            case _:
                yield ""
        match branch.orelse:
            case [ast.If() as following]:
                branch = following
            case _:
                return


_BUILTIN = frozenset(
    {
        "str",
        "int",
        "float",
        "bool",
        "list",
        "dict",
        "tuple",
        "set",
        "bytes",
        "datetime",
        "date",
        "Decimal",
        "UUID",
        "Enum",
        "Path",
        "Mapping",
        "Sequence",
        "Iterable",
        "timedelta",
        "frozenset",
        "BaseModel",
        "NoneType",
    }
)


def _is_builtin(branch: ast.If) -> bool:
    """Values of many kinds have to be told apart where they are converted."""
    match branch.test:
        case ast.Call(args=[_, ast.Name(id=name) | ast.Attribute(attr=name)]):
            return name in _BUILTIN
        case _:
            return True


REPAIR = Brief(
    summary="Give the classes a method, or use `functools.singledispatch` or a table "
    "of classes"
)

HAZARD = Hazard(
    title="Let classes answer for themselves",
    practice="solid",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Martin Fowler: Replace Conditional with Polymorphism",),
)
