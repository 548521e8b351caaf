"""A subclass that refuses what its base promises breaks whoever trusts the base.

The loop over all shapes, all stores, all payments works until it meets this one,
and then ends in `NotImplementedError` at a customer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            class Store:
                def read(self, key):
                    return self.rows[key]

                def delete(self, key):
                    del self.rows[key]


            class Archive(Store):
                def delete(self, key):  # flagged
                    raise NotImplementedError("an archive keeps everything")
        """,
        good="""
            class Archive:
                def read(self, key):
                    return self.rows[key]


            class Store(Archive):
                def delete(self, key):
                    del self.rows[key]
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    classes = {each.name: each for each in source.nodes(ast.ClassDef)}
    for kind in classes.values():
        for method in _methods(kind).values():
            if not _refuses(method) or _is_filled_in(kind, method.name, classes):
                continue
            if _promised(kind, method.name, classes):
                message = f"{kind.name} refuses {method.name}, which its base does"
                yield Site(node=method, message=message)


def _methods(kind: ast.ClassDef) -> dict[str, Function]:
    return {each.name: each for each in kind.body if isinstance(each, Function)}


def _refuses(method: Function) -> bool:
    """All that it does is to raise NotImplementedError."""
    body = method.body[1:] if ast.get_docstring(method) else method.body
    match body:
        case [ast.Raise(exc=ast.Call(func=ast.Name(id=name)) | ast.Name(id=name))]:
            return name == "NotImplementedError" and not method.name.startswith("__")
        case _:
            return False


def _is_filled_in(
    kind: ast.ClassDef, name: str, classes: dict[str, ast.ClassDef]
) -> bool:
    """Its own subclasses do what it leaves to them, or it says that it is abstract."""
    below = [
        each
        for each in classes.values()
        if any(
            isinstance(base, ast.Name) and base.id == kind.name for base in each.bases
        )
    ]
    if any(name in _methods(each) for each in below):
        return True
    refused = [each for each in _methods(kind).values() if _refuses(each)]
    return _SAYS_ABSTRACT.search(kind.name) is not None or len(refused) > _FEW


_SAYS_ABSTRACT = re.compile(r"(?i)abstract|base|mixin|interface|protocol")
_FEW = 2  # refusing more than that is an interface for others to fill in


def _promised(kind: ast.ClassDef, name: str, classes: dict[str, ast.ClassDef]) -> bool:
    """Tell whether a base in this file has a method `name` that does something."""
    seen = {kind.name}
    waiting = list(kind.bases)
    while waiting:
        match waiting.pop():
            case ast.Name(id=base) if base in classes and base not in seen:
                seen.add(base)
                method = _methods(classes[base]).get(name)
                if method is not None:
                    return _works(method)
                waiting += classes[base].bases
    return False


def _works(method: Function) -> bool:
    if method.decorator_list or _refuses(method):
        return False
    body = method.body[1:] if ast.get_docstring(method) else method.body
    idle = ast.Pass | ast.Raise
    return bool(body) and not all(
        isinstance(each, idle) or _is_ellipsis(each) for each in body
    )


def _is_ellipsis(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()):
            return True
        case _:
            return False


REPAIR = Brief(
    summary="Inherit from what both really have in common, or hold the other object "
    "instead of being one"
)

HAZARD = Hazard(
    title="Keep what the base class promises",
    practice="solid",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Liskov and Wing, A Behavioral Notion of Subtyping (1994)",),
)
