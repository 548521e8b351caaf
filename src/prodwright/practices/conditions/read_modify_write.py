"""`row.balance -= amount` on a loaded row loses whatever came in between.

Two requests read 100, both take 60, both write 40. The account is charged once
and the goods go out twice.
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
    body_nodes,
    calls_in,
)

EXAMPLES = (
    Example(
        bad="""
            def withdraw(session, key, amount):
                account = session.get(Account, key)
                if account.balance < amount:
                    raise ValueError(f"account {key} holds less than {amount}")
                account.balance -= amount  # flagged
                session.commit()
        """,
        good="""
            def withdraw(session, key, amount):
                account = session.get(Account, key, with_for_update=True)
                if account.balance < amount:
                    raise ValueError(f"account {key} holds less than {amount}")
                account.balance -= amount
                session.commit()
        """,
    ),
    Example(
        bad="""
            def sell(key):
                item = Item.objects.get(pk=key)
                item.stock -= 1  # flagged
                item.save()
        """,
        good="""
            from django.db.models import F


            def sell(key):
                Item.objects.filter(pk=key, stock__gt=0).update(stock=F("stock") - 1)
        """,
    ),
)

_LOADS = frozenset(
    {"get", "first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none"}
    | {"get_object_or_404", "get_or_404", "scalars"}
)
_SAVES = frozenset({"commit", "save", "flush"})
_GUARD = re.compile(
    r"for_update|\bF\(|version|lock|advisory|serializable|isolation|atomic_update", re.I
)
_LOADERS = re.compile(r"(?i)(.*[._])?(session|db|objects|query|execute)\b")


def check(source: Source) -> Iterator[Site]:
    changed = list(source.nodes(ast.AugAssign))
    if not changed or ("+=" not in source.text and "-=" not in source.text):
        return
    for node in changed:
        match node.target:
            case ast.Attribute(value=ast.Name(id=name)):
                function = source.function_of(node)
                if function is not None and _changes_row(function, name):
                    target = ast.unparse(node.target)
                    message = f"{target} may have changed since it was read"
                    yield Site(node=node, message=message)


def _changes_row(function: Function, name: str) -> bool:
    """Tell whether `name` is a row that was read here, is saved, and is not held."""
    if name not in _loaded(function) or not _saves(function):
        return False
    return not _is_guarded(function)


def _loaded(function: Function) -> set[str]:
    """Return the variables that hold a row which was read in this function."""
    found = set()
    for node in body_nodes(function.body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                value = value.value if isinstance(value, ast.Await) else value
                if isinstance(value, ast.Call) and _loads(value):
                    found.add(name)
    return found


def _loads(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=owner, attr=method) if method in _LOADS:
            return _LOADERS.search(ast.unparse(owner)) is not None
        case ast.Name(id=name):
            return name in ("get_object_or_404",)
        case _:
            return False


def _saves(function: Function) -> bool:
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in _SAVES
        for call in calls_in(function.body)
    )


def _is_guarded(function: Function) -> bool:
    return _GUARD.search(ast.unparse(function)) is not None


REPAIR = Brief(
    summary="Let the database do it (`UPDATE ... SET n = n - 1 WHERE n > 0`, `F()`), "
    "lock the row (`with_for_update`, `select_for_update`) or compare a version"
)

HAZARD = Hazard(
    title="Change rows where nobody can come between",
    practice="transactions",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-362", "CWE-367", "PostgreSQL docs: explicit locking"),
    subject="database rows that are changed",
    concerns=lambda source: ".commit(" in source.text or ".save(" in source.text,
)
