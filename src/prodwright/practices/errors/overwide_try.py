"""A `try` around ten calls says of each failure that it was the first one's.

The KeyError of a misspelt field is taken for an unknown customer and answered with
404, and a defect hides for months behind a friendly message.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    caught_names,
    reraises,
)

EXAMPLES = (
    Example(
        bad="""
            def label(customers, key, rates):
                try:  # flagged
                    customer = customers[key]
                    street = customer["address"]["street"]
                    rate = rates[customer["country"]]
                    total = rate * customer["sum"]
                    text = render(street, total)
                    save(text)
                except KeyError:
                    return f"no customer {key}"
                return text
        """,
        good="""
            def label(customers, key, rates):
                try:
                    customer = customers[key]
                except KeyError:
                    return f"no customer {key}"
                return render(customer, rates)
        """,
    ),
)

LEAST_STATEMENTS = 6
_VAGUE = frozenset({"KeyError", "AttributeError", "IndexError", "TypeError"})
_CAUSES = {"KeyError": ast.Subscript, "IndexError": ast.Subscript}
_LEAST_CAUSES = 3


def check(source: Source) -> Iterator[Site]:
    for attempt in source.nodes(ast.Try):
        if len(attempt.body) < LEAST_STATEMENTS or len(attempt.handlers) != 1:
            continue
        handler = attempt.handlers[0]
        names = caught_names(handler)
        if len(names) != 1 or names[0] not in _VAGUE or reraises(handler.body):
            continue
        causes = _causes(attempt, names[0])
        if causes >= _LEAST_CAUSES and not _tells(handler):
            message = f"{names[0]} may come from {causes} places in here"
            yield Site(node=attempt, message=message)


def _causes(attempt: ast.Try, name: str) -> int:
    """Count the statements in which the caught error may arise."""
    kind = _CAUSES.get(name, ast.Attribute)
    return sum(
        any(isinstance(node, kind) for node in ast.walk(statement))
        for statement in attempt.body
    )


def _tells(handler: ast.ExceptHandler) -> bool:
    """The error itself is passed on or logged, so nobody is misled for long."""
    if handler.name is not None:
        return True
    names = (ast.unparse(call.func) for call in calls_in(handler.body))
    return any(name.endswith("exception") for name in names)


REPAIR = Brief(
    summary="Put only the one call into the `try` whose failure the handler is about, "
    "and the rest behind it or into `else`"
)

HAZARD = Hazard(
    title="Try one thing at a time",
    practice="specific-handlers",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8: limit the try clause", "CWE-396"),
)
