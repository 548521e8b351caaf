"""`lru_cache` on a method keeps each object alive for as long as the class.

The cache belongs to the class and holds `self` as a key: objects, with all they
refer to, are never freed, and all of them share one size limit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            from functools import lru_cache


            class Report:
                @lru_cache
                def total(self):  # flagged
                    return sum(self.rows)
        """,
        good="""
            from functools import cached_property


            class Report:
                @cached_property
                def total(self):
                    return sum(self.rows)
        """,
    ),
)

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_SINGLE = ("Enum", "Singleton", "type", "Settings")


def check(source: Source) -> Iterator[Site]:
    if not source.imports("functools"):
        return
    for function in source.functions():
        owner = source.parent(function)
        if not isinstance(owner, ast.ClassDef) or not _takes_self(function):
            continue
        cached = any(_keeps_all(source, each) for each in function.decorator_list)
        if cached and not (_lives_forever(owner) or _is_cleared(source, function)):
            message = f"the cache of {function.name} keeps every {owner.name} alive"
            yield Site(node=function, message=message)


def _takes_self(function: Function) -> bool:
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return any(each.arg == "self" for each in first)


def _keeps_all(source: Source, decorator: ast.expr) -> bool:
    """A size that somebody chose bounds the number of objects, too."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if source.qualified(called) not in _CACHES:
        return False
    if not isinstance(decorator, ast.Call):
        return True
    sizes = [*decorator.args, *(each.value for each in decorator.keywords)]
    return all(isinstance(each, ast.Constant) and not each.value for each in sizes)


def _is_cleared(source: Source, function: Function) -> bool:
    """Somebody looks after it, or has answered Ruff's or flake8's B019."""
    first = min(each.lineno for each in function.decorator_list)
    above = source.lines[first - 1 : function.lineno]
    cleared = f"{function.name}.cache_clear" in source.text
    return cleared or any("B019" in line for line in above)


def _lives_forever(owner: ast.ClassDef) -> bool:
    bases = [each.id if isinstance(each, ast.Name) else "" for each in owner.bases]
    bases += [each.attr for each in owner.bases if isinstance(each, ast.Attribute)]
    return any(each.endswith(_SINGLE) for each in bases)


REPAIR = Brief(
    summary="Use `cached_property`, or keep a bounded cache on the object itself"
)

HAZARD = Hazard(
    title="Keep caches of objects on the objects",
    practice="memory",
    severity=Severity.MEDIUM,
    check=check,
    preview=True,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-401", "flake8-bugbear B019"),
)
