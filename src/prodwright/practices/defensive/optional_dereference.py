"""`re.match` gives None when nothing matches, and None has no `group`.

The first input of another form ends in `AttributeError: 'NoneType' object has
no attribute 'group'`, which names neither the input nor the expectation.
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
    Severity,
    Site,
    Source,
    catches_everything,
    caught_names,
    constant,
    is_literal,
    only_value,
)

EXAMPLES = (
    Example(
        bad="""
            import re


            def major(version):
                return int(re.match(r"v(\\d+)", version).group(1))  # flagged


            def minor(version):
                found = re.search(r"\\.(\\d+)", version)
                return int(found.group(1))  # flagged
        """,
        good="""
            import re


            def minor(version):
                found = re.search(r"\\.(\\d+)", version)
                if found is None:
                    raise ValueError(f"version {version!r} has no minor number")
                return int(found.group(1))
        """,
    ),
)

_OPTIONAL = frozenset(
    {
        *(f"re.{name}" for name in ("match", "search", "fullmatch")),
        *(f"re.compile.{name}" for name in ("match", "search", "fullmatch")),
        "shutil.which",
        "importlib.util.find_spec",
        "mimetypes.guess_extension",
    }
)


def check(source: Source) -> Iterator[Site]:
    for access in source.nodes(ast.Attribute, ast.Subscript):
        assert isinstance(access, ast.Attribute | ast.Subscript)
        maker = only_value(source, access.value)
        if not isinstance(maker, ast.Call) or source.called(maker) not in _OPTIONAL:
            continue
        if _always_matches(source, maker) or _is_known(source, access, maker):
            continue
        if _is_unchecked(source, access.value) and not _expects_failure(source, access):
            message = f"{source.called(maker)} gives None when there is nothing"
            yield Site(node=access, message=message)


def _always_matches(source: Source, maker: ast.Call) -> bool:
    """The pattern fits the empty text at the start, and so any text.

    An end mark after `.*` counts as fitting: what it refuses has several lines.
    """
    pattern = _pattern(source, maker)
    if pattern is None:
        return False
    anchored = pattern.removesuffix("$") if pattern.endswith(".*$") else pattern
    try:
        return bool(re.match(anchored.replace(".*$)", ".*)"), ""))
    except (re.error, RecursionError, OverflowError):
        return False


def _pattern(source: Source, maker: ast.Call) -> str | None:
    name = source.called(maker) or ""
    given: ast.expr | None = maker.args[0] if maker.args else None
    if name.startswith("re.compile.") and isinstance(maker.func, ast.Attribute):
        compiled = only_value(source, maker.func.value)
        is_call = isinstance(compiled, ast.Call) and compiled.args
        given = compiled.args[0] if is_call else None  # type: ignore[attr-defined]
    if given is None or name.endswith(".fullmatch"):
        return None
    text = constant(only_value(source, given))
    return text if isinstance(text, str) else None


def _is_known(source: Source, access: ast.AST, maker: ast.Call) -> bool:
    """Something has looked at the text before, or a comment tells the type checker."""
    line = source.lines[access.lineno - 1]  # type: ignore[attr-defined]
    if _IGNORED.search(line):
        return True
    subject = maker.args[-1] if maker.args else None
    if subject is None or _is_of_own_making(source, subject):
        return subject is not None
    same = ast.dump(subject)
    return any(
        ast.dump(node) == same
        for test in _tests_around(source, access)
        for node in ast.walk(test)
    )


_IGNORED = re.compile(r"type: ignore\[[\w, -]*union-attr")


def _is_of_own_making(source: Source, subject: ast.expr) -> bool:
    """The name of a class, or one of the texts that a loop goes over."""
    if any(
        isinstance(node, ast.Call) and source.called(node) == "type"
        for node in ast.walk(subject)
    ):
        return True
    return isinstance(subject, ast.Name) and any(
        isinstance(around, ast.For)
        and ast.dump(around.target) == ast.dump(ast.Name(subject.id, ast.Store()))
        and is_literal(source, around.iter)
        for around in source.ancestors(subject)
    )


def _tests_around(source: Source, access: ast.AST) -> Iterator[ast.expr]:
    for around in source.ancestors(access):
        if isinstance(around, ast.If | ast.IfExp | ast.While):
            yield around.test
        if isinstance(around, Function):
            yield from (
                each.test for each in around.body if isinstance(each, ast.Assert)
            )
            return


def _is_unchecked(source: Source, value: ast.expr) -> bool:
    """Every use of the name goes straight on to an attribute."""
    if not isinstance(value, ast.Name):
        return True
    if isinstance(source.parent(only_value(source, value)), ast.NamedExpr):
        return False
    function = source.function_of(value) or source.tree
    uses = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name)
        and node.id == value.id
        and isinstance(node.ctx, ast.Load)
    ]
    dereferences = (ast.Attribute, ast.Subscript)
    return value is uses[0] and all(
        isinstance(source.parent(each), dereferences) for each in uses
    )


def _expects_failure(source: Source, node: ast.AST) -> bool:
    below = node
    for around in source.ancestors(node):
        if isinstance(around, ast.Try) and below in around.body:
            names = [name for each in around.handlers for name in caught_names(each)]
            generic = any(catches_everything(each) for each in around.handlers)
            return generic or "AttributeError" in names or "TypeError" in names
        below = around
    return False


REPAIR = Brief(
    summary="Test the result for None and say which input did not fit which form"
)

HAZARD = Hazard(
    title="Check for None before use",
    practice="none-checks",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-476",),
)
