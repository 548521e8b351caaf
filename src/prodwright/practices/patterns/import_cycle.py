"""Modules that import each other can only be understood, tested and moved as one.

Which of them is imported first decides whether the program starts; a harmless new
import ends in "partially initialized module".
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Project,
    Severity,
    Site,
    Source,
    imports_between,
    imports_of,
)

EXAMPLES = (
    Example(
        bad={
            "shop/orders.py": """
                from shop import billing  # flagged


                def total(order):
                    return billing.net(order)
            """,
            "shop/billing.py": """
                from shop import orders


                def net(order):
                    return orders.total(order)
            """,
        },
        good={
            "shop/orders.py": """
                from shop import billing


                def total(order):
                    return billing.net(order)
            """,
            "shop/billing.py": """
                def net(order):
                    return order.amount
            """,
        },
    ),
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    graph = {
        name: dict(_needs(project, name, source))
        for name, source in project.modules.items()
        if not (source.is_test or source.is_aside)
    }
    for cycle in _cycles(graph):
        first = max(cycle)
        target = next(each for each in sorted(graph[first]) if each in cycle)
        around = " and ".join(sorted(cycle)[:_SHOWN])
        more = f" and {len(cycle) - _SHOWN} more" if len(cycle) > _SHOWN else ""
        message = f"{around}{more} import each other"
        yield project.modules[first], Site(node=graph[first][target], message=message)


_SHOWN = 3


def _needs(
    project: Project, name: str, source: Source
) -> Iterator[tuple[str, ast.stmt]]:
    """A package is imported before its modules in any case."""
    for each, statement in imports_between(project, name, source):
        if not (name.startswith(f"{each}.") or each.startswith(f"{name}.")):
            yield each, statement


def _cycles(graph: dict[str, dict[str, ast.stmt]]) -> Iterator[list[str]]:
    """Yield the strongly connected groups of two and more (Tarjan, iterative)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    for start in sorted(graph):
        if start not in order:
            yield from _groups_from(start, graph, order, low, stack)


def _groups_from(
    start: str,
    graph: dict[str, dict[str, ast.stmt]],
    order: dict[str, int],
    low: dict[str, int],
    stack: list[str],
) -> Iterator[list[str]]:
    waiting = [(start, iter(sorted(graph[start])))]
    order[start] = low[start] = len(order)
    stack.append(start)
    while waiting:
        name, following = waiting[-1]
        after = next((each for each in following if each in graph), None)
        if after is None:
            waiting.pop()
            if waiting:
                low[waiting[-1][0]] = min(low[waiting[-1][0]], low[name])
            if low[name] == order[name]:
                yield from _taken(name, stack)
        elif after not in order:
            order[after] = low[after] = len(order)
            stack.append(after)
            waiting.append((after, iter(sorted(graph[after]))))
        elif after in stack:
            low[name] = min(low[name], order[after])


def _taken(name: str, stack: list[str]) -> Iterator[list[str]]:
    group = stack[stack.index(name) :]
    del stack[stack.index(name) :]
    if len(group) > 1:
        yield group


REPAIR = Brief(
    summary="Move what both need into a third module, or let the lower one take it as "
    "an argument"
)

HAZARD = Hazard(
    title="Let imports point one way",
    practice="layer-boundaries",
    severity=Severity.MEDIUM,
    check_project=check_project,
    gathers=(imports_of,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1047",),
)
