"""A change that makes tests say less lets the defect through that they stood for.

Whoever is judged by tests is tempted to change the tests: an assertion goes, a
test is skipped, a tolerance grows, a warning is silenced. The build is green
and nobody sees that it means less than it did yesterday.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Project,
    Scope,
    Severity,
    Site,
    Source,
    body_nodes,
    constant,
)

EXAMPLES = (
    Example(
        before={
            "tests/test_tax.py": """
                from shop import tax


                def test_tax_is_rounded_up():
                    assert tax(101) == 21
                    assert tax(0) == 0
            """
        },
        bad={
            "tests/test_tax.py": """
                from shop import tax


                def test_tax_is_rounded_up():  # flagged
                    assert tax(101) == 21
            """
        },
        good={
            "tests/test_tax.py": """
                from shop import tax


                def test_tax_is_rounded_up():
                    assert tax(101) == 21
                    assert tax(0) == 0
                    assert tax(1) == 1
            """
        },
    ),
    Example(
        before={
            "tests/test_pay.py": """
                import pytest


                def test_fee():
                    assert fee(100) == pytest.approx(2.9, abs=0.01)


                def test_refund():
                    assert refund(100) == 100
            """
        },
        bad={
            "tests/test_pay.py": """
                import pytest


                def test_fee():  # flagged
                    assert fee(100) == pytest.approx(2.9, abs=1.0)


                @pytest.mark.skip
                def test_refund():  # flagged
                    assert refund(100) == 100
            """
        },
        good={
            "tests/test_pay.py": """
                import pytest


                def test_fee():
                    assert fee(100) == pytest.approx(2.9, abs=0.01)


                def test_refund():
                    assert refund(100) == 100
            """
        },
    ),
)

_SKIPS = frozenset(
    {"skip", "skipif", "skipIf", "skipUnless", "xfail", "expectedFailure"}
)
_TOLERANCES = frozenset({"abs", "rel", "delta", "abs_tol", "rel_tol", "atol", "rtol"})
_SILENCERS = re.compile(
    r"#.*(noqa|type:\s*ignore|pragma:\s*no cover|prodwright:\s*allow|nosec"
    r"|mypy:\s*(ignore|disable|allow|no-)|py(right|refly|lint):\s*(ignore|disable|basic))"
)


def check_change(before: Project, after: Project) -> Iterator[tuple[Source, Site]]:
    now = {source.path: source for source in after.sources}
    kept = {
        name
        for source in after.sources
        if source.holds_tests or source.path in {each.path for each in before.sources}
        for name in _tests(source)
    }
    for old in before.sources:
        new = now.get(old.path, Source(path=old.path, text=""))
        yield from ((new, site) for site in _silenced(old, new))
        if old.is_test:
            yield from ((new, site) for site in _weakened(old, new, kept))
            yield from ((new, site) for site in _skipped_whole(old, new))
    # What a project begins with is nobody's to compare; what comes later is new.
    known = {source.path for source in before.sources}
    for new in after.sources if known else ():
        if new.path not in known:
            nothing = Source(path=new.path, text="")
            yield from ((new, site) for site in _silenced(nothing, new))


def _weakened(old: Source, new: Source, kept: set[str]) -> Iterator[Site]:
    current = _tests(new)
    for name, was in _tests(old).items():
        function = current.get(name)
        if function is None:
            if name not in kept:
                yield Site(node=_start(new), message=f"{name} was removed")
            continue
        for message in _losses(was, function):
            yield Site(node=function, message=f"{name} {message}")
            break


def _skipped_whole(old: Source, new: Source) -> Iterator[Site]:
    """Yield the statement by which all of a file, or of a class, is skipped now."""
    known = Counter(name for name, _ in _skips_around(old))
    for name, node in _skips_around(new):
        known[name] -= 1
        if known[name] < 0:
            yield Site(node=node, message=f"{name} skips more than one test")


def _skips_around(source: Source) -> Iterator[tuple[str, ast.stmt]]:
    if not source.text:
        return
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            inside = [*node.decorator_list, *_assigned(node)]
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr | ast.If):
            inside = [node]
        else:
            continue
        for name in _names_in(inside):
            if name in _SKIPS | {"importorskip"}:
                yield name, node


def _assigned(node: ast.ClassDef) -> list[ast.AST]:
    return [each for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign)]


def _names_in(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for each in (inner for node in nodes for inner in ast.walk(node)):
        if isinstance(each, ast.Attribute):
            yield each.attr
        elif isinstance(each, ast.Name):
            yield each.id


def _losses(was: Function, function: Function) -> Iterator[str]:
    before, now = _assertions(was), _assertions(function)
    if now < before:
        yield f"has {now} assertions and had {before}"
    if _skips(function) - _skips(was):
        yield "is skipped now"
    old, new = _tolerances(was), _tolerances(function)
    if any(new[kind] > value for kind, value in old.items() if kind in new):
        yield "tolerates more than before"


def _tests(source: Source) -> dict[str, Function]:
    if not source.text:
        return {}
    functions = (each for each in source.functions() if each.name.startswith("test"))
    return {_qualified(source, each): each for each in functions}


def _qualified(source: Source, function: Function) -> str:
    around = source.ancestors(function)
    classes = (each.name for each in around if isinstance(each, ast.ClassDef))
    return ".".join([*classes, function.name])


def _assertions(function: Function) -> int:
    return sum(_is_assertion(node) for node in body_nodes(function.body))


def _is_assertion(node: ast.AST) -> bool:
    match node:
        case ast.Assert():
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name.startswith("assert") or name in {"raises", "warns", "fail"}
        case _:
            return False


def _skips(function: Function) -> Counter[str]:
    names = _names_in([*function.decorator_list, *function.body])
    return Counter(name for name in names if name in _SKIPS)


def _tolerances(function: Function) -> dict[str, float]:
    """Return the largest tolerance of each kind; fewer places tolerate more."""
    found: dict[str, float] = {}
    for node in body_nodes(function.body):
        if not isinstance(node, ast.keyword) or node.arg is None:
            continue
        value = constant(node.value)
        if not isinstance(value, int | float):
            continue
        if node.arg in _TOLERANCES:
            found[node.arg] = max(value, found.get(node.arg, value))
        if node.arg == "places":
            found["places"] = max(-value, found.get("places", -value))
    return found


def _silenced(old: Source, new: Source) -> Iterator[Site]:
    before, now = _silencers(old), _silencers(new)
    if len(now) > len(before):
        line = now[len(before)]
        end = len(new.lines[line - 1].encode())
        place = ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=end)
        yield Site(node=place, message=f"{len(now) - len(before)} more checks silenced")


def _silencers(source: Source) -> list[int]:
    if not _SILENCERS.search(source.text):
        return []
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    return [
        token.start[0]
        for token in tokens
        if token.type == tokenize.COMMENT and _SILENCERS.search(token.string)
    ]


def _start(source: Source) -> ast.stmt:
    return ast.Pass(lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)


REPAIR = Brief(
    summary="Keep the test as it was and mend the code; when the requirement itself "
    "changed, say so in a commit of its own"
)

HAZARD = Hazard(
    title="Never weaken a test to make a change pass",
    practice="unit-tests",
    severity=Severity.HIGH,
    check_change=check_change,
    repair=REPAIR,
    examples=EXAMPLES,
    scope=Scope.EVERYWHERE,
    stage="integrity",
)
