"""`re.match` gives None when nothing matches, and None has no `group`.

The first input of another form ends in `AttributeError: 'NoneType' object has
no attribute 'group'`, which names neither the input nor the expectation.
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
    catches_everything,
    caught_names,
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
        "inspect.getmodule",
        "inspect.currentframe",
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
        if _is_unchecked(source, access.value) and not _expects_failure(source, access):
            message = f"{source.called(maker)} gives None when there is nothing"
            yield Site(node=access, message=message)


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
    references=("CWE-476",),
)
