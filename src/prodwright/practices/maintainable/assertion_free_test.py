"""A test that asserts nothing passes whatever the code does.

It counts towards coverage and gives confidence nobody has earned; the fault it
was written for can come back unnoticed.
"""

from __future__ import annotations

import ast
import re
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
)

EXAMPLES = (
    Example(
        bad={
            "tests/test_price.py": """
                from shop import price


                def test_discount():  # flagged
                    total = price(100, discount=5)
                    print(total)
            """
        },
        good={
            "tests/test_price.py": """
                import pytest

                from shop import price


                def test_discount():
                    assert price(100, discount=5) == 95


                def test_negative_prices_are_refused():
                    with pytest.raises(ValueError):
                        price(-1)


                def test_total(check_total):
                    check_total(price(100))
            """
        },
    ),
)

_CHECKS = re.compile(
    r"(?i)(assert|check|verify|expect|should|raises|warns|fail|validate|ensure|compare|"
    r"must|approve|snapshot|match|regression|doctest|test_|run_test|_test).*|.*(assert|"
    r"raises|verify|expect|check|validate|_test).*"
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if not function.name.startswith("test_") or not _is_collected(source, function):
            continue
        if _is_trivial(function) or any(_judges(node) for node in ast.walk(function)):
            continue
        yield Site(node=function, message=f"{function.name} passes whatever happens")


def _is_collected(source: Source, function: Function) -> bool:
    """Fixtures and helpers called `test_...` are no tests."""
    names = [source.segment(each) for each in function.decorator_list]
    skipped = any(
        "fixture" in name or "skip" in name or "bench" in name for name in names
    )
    owner = source.parent(function)
    return not skipped and isinstance(owner, ast.Module | ast.ClassDef)


def _is_trivial(function: Function) -> bool:
    """Nothing is done, or it is said that only failing to run is a failure."""
    first = function.body[-1]
    return len(function.body) == 1 and isinstance(
        first, ast.Pass | ast.Raise | ast.Expr
    )


def _judges(node: ast.AST) -> bool:
    match node:
        case ast.Assert() | ast.Raise():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _CHECKS.fullmatch(name) is not None
        case ast.Yield() | ast.Return(value=ast.Call()):
            return True
        case _:
            return False


REPAIR = Brief(summary="Assert what the code must do, or delete the test")

HAZARD = Hazard(
    title="Assert something in every test",
    practice="unit-tests",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1059", "SonarQube S2699"),
    scope=Scope.TESTS,
    subject="tests",
    concerns=lambda source: source.is_test,
    preview=True,
)
