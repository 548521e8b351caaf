"""A test that replaces everything tests the replacements.

It passes while the real parts have long stopped fitting together, and it fails
on every change of structure, so people learn to change the test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Scope,
    Severity,
    Site,
    Source,
    body_nodes,
)

EXAMPLES = (
    Example(
        bad={
            "tests/test_order.py": """
                from unittest.mock import patch


                @patch("shop.order.stock")
                @patch("shop.order.prices")
                @patch("shop.order.mailer")
                def test_an_order_is_placed(mailer, prices, stock):  # flagged
                    with patch("shop.order.tax"), patch("shop.order.clock"):
                        place(1)
                    mailer.send.assert_called_once()
            """
        },
        good={
            "tests/test_order.py": """
                def test_an_order_is_placed():
                    outbox = Outbox()

                    place(1, stock=Stock(1), outbox=outbox)

                    assert outbox.sent == ["order 1"]
            """
        },
    ),
)

MOST_PATCHES = 4  # with more, nothing is left between them to be tested
_PATCHES = frozenset(
    {
        "unittest.mock.patch",
        "unittest.mock.patch.object",
        "unittest.mock.patch.dict",
        "mock.patch",
        "mock.patch.object",
    }
)


def check(source: Source) -> Iterator[Site]:
    calls = source.calls_by_word("patch", "object", "dict")
    if sum(_is_patch(source, call) for call in calls) <= MOST_PATCHES:
        return
    for function in source.functions():
        if not function.name.startswith("test"):
            continue
        count = _patches(source, function)
        if count > MOST_PATCHES:
            message = f"{function.name} replaces {count} parts of what it tests"
            yield Site(node=function, message=message)


def _patches(source: Source, function: Function) -> int:
    nodes = [*function.decorator_list, *body_nodes(function.body)]
    calls = (node for node in nodes if isinstance(node, ast.Call))
    return sum(_is_patch(source, call) for call in calls)


def _is_patch(source: Source, call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="mocker"), attr="patch"):
            return True
        case ast.Attribute(
            value=ast.Attribute(value=ast.Name(id="mocker"), attr="patch"),
            attr="object" | "dict",
        ):
            return True
        case _:
            return source.called(call) in _PATCHES


REPAIR = Brief(
    summary="Pass the parts in, replace only what crosses the border of the process by "
    "a fake that behaves, and assert on results"
)

HAZARD = Hazard(
    title="Replace only what crosses the border",
    practice="unit-tests",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Martin Fowler: Mocks Aren't Stubs",),
    scope=Scope.TESTS,
)
