"""Each branch doubles the ways through a function; soon no test knows them all.

Above twenty or so, faults are found by customers: the combination that fails is
one nobody ever ran.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    branches_by_function,
)

_COMPLEX = "\n".join(
    [
        "def rate(kind):  # flagged",
        *(f"    if kind == {n}:\n        return {n}" for n in range(20)),
    ]
)

EXAMPLES = (
    Example(
        bad=_COMPLEX,
        good="""
            RATES = {"book": 0.07, "food": 0.07, "car": 0.19}


            def rate(kind):
                return RATES[kind]
        """,
    ),
)

MOST_PATHS = 20  # SEI (1997): above 20 is "complex, high risk"; McCabe proposed 10


def check(source: Source) -> Iterator[Site]:
    branches = branches_by_function(source)
    for function in source.functions():
        paths = 1 + branches[function]
        if paths > MOST_PATHS:
            message = f"{function.name} has a cyclomatic complexity of {paths}"
            yield Site(node=function, message=message)


REPAIR = Brief(
    summary="Give each decision a function, turn chains over kinds into a table, and "
    "leave early with guard clauses"
)

HAZARD = Hazard(
    title="Keep decisions few enough to test",
    practice="single-responsibility",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1121", "NIST SP 500-235: 10, at most 15"),
)
