"""The same `if kind == ...` in three places is extended in two of them.

The new kind of customer gets a price and an invoice, and falls through the third
chain to the branch that was meant for nobody.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Place,
    Project,
    Severity,
    Site,
    Source,
    node_at,
    per_file,
    place_of,
)

_PRICES = """
    def price(order):
        if order.kind == "book":  # flagged
            return 10
        elif order.kind == "food":
            return 5
        elif order.kind == "car":
            return 9000
        return 0
"""

EXAMPLES = (
    Example(
        bad={
            "shop/prices.py": _PRICES,
            "shop/taxes.py": _PRICES.replace("price", "tax").replace("  # flagged", ""),
            "shop/sizes.py": _PRICES.replace("price", "size").replace(
                "  # flagged", ""
            ),
        },
        good={
            "shop/prices.py": """
                PRICES = {"book": 10, "food": 5, "car": 9000}


                def price(order):
                    return PRICES.get(order.kind, 0)
            """,
        },
    ),
)

LEAST_CHAINS = 3  # as the practice has it: in three places or more
_LEAST_BRANCHES = 3
_LEAST_CHARACTERS = 3  # the name of a loop's variable tells of no kind
_LEAST_SHARED = 2  # kinds that two chains have in common


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    chains: dict[str, list[tuple[Source, _Chain]]] = defaultdict(list)
    for source in project.production():
        for chain in _chains(source):
            chains[chain[0]].append((source, chain))
    for subject, found in chains.items():
        first = set(found[0][1][1])
        alike = [each for each in found if len(first & {*each[1][1]}) >= _LEAST_SHARED]
        functions = {(source.path, chain[3]) for source, chain in alike}
        if len(functions) >= LEAST_CHAINS:
            source, chain = min(alike, key=lambda each: each[0].path)
            message = (
                f"{len(functions)} functions tell the same kinds of {subject} apart"
            )
            yield source, Site(node=node_at(chain[2]), message=message)


# What it asks about, the texts that it knows, where it stands, and in which function.
_Chain = tuple[str, tuple[str, ...], Place, Place | None]


@per_file
def _chains(source: Source) -> tuple[_Chain, ...]:
    found = []
    for branch in source.nodes(ast.If):
        subject, kinds = _chain(source, branch)
        if len(subject) >= _LEAST_CHARACTERS and len(kinds) >= _LEAST_BRANCHES:
            around = source.function_of(branch)
            where = None if around is None else place_of(around)
            found.append((subject, tuple(sorted(kinds)), place_of(branch), where))
    return tuple(found)


def _chain(source: Source, branch: ast.If) -> tuple[str, frozenset[str]]:
    """Return what a chain of `elif` asks about, and the texts that it knows."""
    around = source.parent(branch)
    if isinstance(around, ast.If) and around.orelse == [branch]:
        return "", frozenset()
    subjects, kinds = set(), set()
    following: ast.stmt | None = branch
    while isinstance(following, ast.If):
        match following.test:
            case ast.Compare(
                left=ast.Attribute(attr=subject) | ast.Name(id=subject),
                ops=[ast.Eq()],
                comparators=[ast.Constant(value=str(kind))],
            ):
                subjects.add(subject)
                kinds.add(kind)
            case _:
                return "", frozenset()
        following = following.orelse[0] if len(following.orelse) == 1 else None
    return (
        (subjects.pop(), frozenset(kinds)) if len(subjects) == 1 else ("", frozenset())
    )


REPAIR = Brief(
    summary="Give each kind a class or a row in one table that holds all that differs, "
    "so that a new kind is added in one place"
)

HAZARD = Hazard(
    title="Tell kinds apart in one place",
    practice="established-patterns",
    severity=Severity.NOTE,
    check_project=check_project,
    gathers=(_chains,),
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("Martin Fowler: Repeated Switches",),
)
