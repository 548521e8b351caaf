"""The same bare number in several places is changed in all of them but one.

Nobody knows which 37 is the limit and which is the number of columns, so the
search and replace hits both, or the second limit is never found.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    has_comment,
)

EXAMPLES = (
    Example(
        bad="""
            def accepts(order):
                return order.weight <= 31.5  # flagged


            def surcharge(order):
                return 9 if order.weight > 31.5 else 0
        """,
        good="""
            HEAVIEST_PARCEL_KILOGRAMS = 31.5


            def accepts(order):
                return order.weight <= HEAVIEST_PARCEL_KILOGRAMS


            def surcharge(order):
                return 9 if order.weight > HEAVIEST_PARCEL_KILOGRAMS else 0
        """,
    ),
)

_SMALL = 20  # up to here a number mostly counts what stands beside it
_USUAL = frozenset(
    {24, 28, 29, 30, 31, 32, 48, 50, 52, 60, 64, 90, 99, 100, 120, 127, 128, 180}
    | {200, 255, 256, 300, 360, 365, 366, 400, 500, 512, 600, 900, 999, 1023, 1024}
    | {1461, 1900, 1970, 3600, 4095, 4096, 7200, 8191, 8192, 65535, 65536, 86400}
)


def check(source: Source) -> Iterator[Site]:
    places: dict[float, dict[Function, ast.Constant]] = defaultdict(dict)
    for node in source.nodes(ast.Constant):
        function = source.function_of(node)
        if function is not None and _is_magic(source, node):
            places[node.value].setdefault(function, node)  # type: ignore[index]
    for value, found in places.items():
        if len(found) > 1:
            message = f"{value} stands in {len(found)} functions and has no name"
            yield Site(node=next(iter(found.values())), message=message)


def _is_magic(source: Source, node: ast.Constant) -> bool:
    """A number that a comparison takes for a limit, and that explains nothing."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if not _is_unusual(value) or "0x" in source.segment(node).lower():
        return False
    around = source.parent(node)
    if not isinstance(around, ast.Compare) or _is_explained(source, node):
        return False
    return not _is_status(around) and all(
        isinstance(each, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for each in around.ops
    )


def _is_explained(source: Source, node: ast.Constant) -> bool:
    return has_comment(source, node.lineno, node.lineno)


def _is_unusual(value: float) -> bool:
    if not float(value).is_integer():
        return value not in (0.5, 0.25, 0.75, 0.1, 0.01, 0.001)
    whole = int(value)
    return whole > _SMALL and whole not in _USUAL and not str(whole).endswith("00")


def _is_status(comparison: ast.Compare) -> bool:
    """Ranges of HTTP status and character codes are known to everybody."""
    told = ast.unparse(comparison).lower()
    return any(word in told for word in ("status", "code", "ord(", "version", "year"))


REPAIR = Brief(summary="Give the number a name that says what it limits, with its unit")

HAZARD = Hazard(
    title="Name the numbers that decide",
    practice="documentation",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("pylint R2004", "Ruff PLR2004"),
)
