"""Adds an import where a person would have put it."""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def with_import(module: cst.Module, source: str, name: str | None) -> cst.Module:
    """Return `module` with `import source`, or `from source import name`.

    It goes among the imports that are there, in their order; where there are none
    of its kind, libcst finds a place.
    """
    body = _beside(module.body, source) if name is None else None
    if name is not None:
        body = _within(module.body, source, name)
    if body is not None:
        return module.with_changes(body=body)
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, source, name)
    return AddImportsVisitor(context).transform_module(module)


def _within(
    body: Sequence[Statement], source: str, name: str
) -> list[Statement] | None:
    """Add `name` to the first `from source import` at module level."""
    for place, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.ImportFrom() as imported]):
                names = imported.names
                if _source_of(imported) != source or isinstance(names, cst.ImportStar):
                    continue
                widened = imported.with_changes(names=_with_name(names, name))
                changed = statement.with_changes(body=[widened])
                return [*body[:place], changed, *body[place + 1 :]]
    return None


def _with_name(names: Sequence[cst.ImportAlias], name: str) -> list[cst.ImportAlias]:
    present = [each.evaluated_name for each in names]
    if name in present:
        return list(names)
    place = _place_among(present, name)
    between = next((each.comma for each in names[:-1]), _COMMA)
    added = cst.ImportAlias(name=cst.Name(name), comma=between)
    if place < len(names):
        return [*names[:place], added, *names[place:]]
    last = names[-1]
    added = added.with_changes(comma=last.comma)
    return [*names[:-1], last.with_changes(comma=between), added]


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _beside(body: Sequence[Statement], module: str) -> list[Statement] | None:
    """Put `import module` into the first run of `import` lines of its kind."""
    plain = [_plainly_imported(each) for each in body]
    start = next((at for at, each in enumerate(plain) if _is_kin(each, module)), None)
    if start is None:
        return None
    run = []
    for at, name in enumerate(plain[start:], start):
        if name is None or (at > start and _is_headed(body[at])):
            break
        run.append(name)
    if module in run:
        return list(body)
    place = start + max(_place_among(run, module), 1 if _is_headed(body[start]) else 0)
    added = cst.parse_statement(f"import {module}\n")
    return [*body[:place], added, *body[place:]]


def _plainly_imported(statement: Statement) -> str | None:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import(names=[alias])]):
            return alias.evaluated_name
        case _:
            return None


def _is_kin(imported: str | None, module: str) -> bool:
    """Both belong to the standard library, or neither does."""
    known = sys.stdlib_module_names
    if imported is None or imported == "__future__":
        return False
    return (imported.partition(".")[0] in known) == (module.partition(".")[0] in known)


def _is_headed(statement: Statement) -> bool:
    return bool(statement.leading_lines)


def _source_of(imported: cst.ImportFrom) -> str:
    if imported.relative or imported.module is None:
        return ""
    return cst.Module([]).code_for_node(imported.module)


def _by_type(name: str) -> tuple[int, str]:
    """Order of isort and Ruff: constants, classes, the rest."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2, name)


def _by_letter(name: str) -> tuple[int, str]:
    return (0, name.lower())


def _by_code(name: str) -> tuple[int, str]:
    return (0, name)


def _place_among(names: Sequence[str], name: str) -> int:
    """Return where `name` belongs; the end when the names have no order."""
    for order in (_by_type, _by_letter, _by_code):
        keys = [order(each) for each in names]
        if keys == sorted(keys):
            return bisect(keys, order(name))
    return len(names)
