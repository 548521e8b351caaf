"""A business rule that imports the layer of the web cannot be used without it.

The nightly job, the second API and the test each have to start a server to ask a
price; and a change of the transport changes the rules.
"""

from __future__ import annotations

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
            "shop/domain/prices.py": """
                from shop.api.errors import NotFound  # flagged


                def price(items, key):
                    if key not in items:
                        raise NotFound(key)
                    return items[key]
            """,
            "shop/api/errors.py": """
                class NotFound(Exception):
                    status = 404
            """,
        },
        good={
            "shop/domain/prices.py": """
                class UnknownItem(Exception):
                    pass


                def price(items, key):
                    if key not in items:
                        raise UnknownItem(key)
                    return items[key]
            """,
            "shop/api/errors.py": """
                from shop.domain.prices import UnknownItem

                STATUS = {UnknownItem: 404}
            """,
        },
    ),
)

# Inner layers, and the outer ones that they never import, by the usual names.
_INNER = frozenset({"domain", "entities", "usecases", "use_cases"})
_OUTER = frozenset(
    {"api", "web", "routes", "routers", "views", "handlers", "controllers", "endpoints"}
    | {"infrastructure", "infra", "adapters", "cli", "http", "rest", "graphql"}
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    for name, source in project.modules.items():
        inner = _layer(name, _INNER)
        if inner is None or source.is_test or source.is_aside:
            continue
        for needed, statement in imports_between(project, name, source):
            outer = _layer(needed, _OUTER)
            if outer is not None and outer[0] == inner[0]:
                message = f"{inner[1]} imports {outer[1]}, which stands above it"
                yield source, Site(node=statement, message=message)


def _layer(name: str, names: frozenset[str]) -> tuple[str, str] | None:
    """Return the package that has the layers, and the layer; None outside of both."""
    parts = name.split(".")
    for place, part in enumerate(parts):
        if part in _INNER | _OUTER:
            return (".".join(parts[:place]), part) if part in names else None
    return None


REPAIR = Brief(
    summary="Raise and return what belongs to the inner layer, and let the outer one "
    "translate; what the inner one needs it declares as a protocol"
)

HAZARD = Hazard(
    title="Let imports point inwards",
    practice="layer-boundaries",
    severity=Severity.LOW,
    check_project=check_project,
    gathers=(imports_of,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Robert C. Martin: The Clean Architecture",),
)
