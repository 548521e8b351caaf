"""A class that does everything is changed for every reason, by everybody at once.

Each change risks the rest of it, tests need all of its dependencies, and nobody
can say what it is for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    public_name,
)

_METHOD = "    def method_{}(self):\n" + "        self.count += 1\n" * 20
_GOD = "class Shop:  # flagged\n" + "".join(_METHOD.format(n) for n in range(31))

EXAMPLES = (
    Example(
        bad=_GOD,
        good="""
            class Cart:
                def add(self, item):
                    self.items.append(item)
        """,
    ),
)

MOST_METHODS = 30  # pylint's R0904 warns from 20 public methods on
MOST_LINES = 600


def check(source: Source) -> Iterator[Site]:
    for owner in source.nodes(ast.ClassDef):
        methods = [each for each in owner.body if isinstance(each, Function)]
        public = [each for each in methods if _is_own(each)]
        lines = (owner.end_lineno or owner.lineno) - owner.lineno
        if len(public) > MOST_METHODS and lines > MOST_LINES:
            message = f"{owner.name} has {len(public)} public methods on {lines} lines"
            yield Site(node=owner, message=message)


def _is_own(method: Function) -> bool:
    """Properties are values; what has no body of its own declares an interface."""
    declared = ast.get_docstring(method) is not None and len(method.body) == 1
    abstract = isinstance(method.body[-1], ast.Raise | ast.Pass)
    own = public_name(method.name) and not method.decorator_list
    return own and not (declared or abstract)


REPAIR = Brief(
    summary="Find the groups of methods that use the same fields, and give each a class"
)

HAZARD = Hazard(
    title="Give a class one reason to change",
    practice="solid",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1093", "pylint R0904: 20 public methods"),
)
