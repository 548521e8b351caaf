"""What a name in the source stands for, as far as one file can tell.

Imports give qualified names (`from requests import get as g` makes `g` stand
for `requests.get`); assignments, `with` targets and annotations give the class
of a variable (`session = requests.Session()` makes it a `requests.Session`).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodwright.analysis.index import TreeIndex

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
BUILTINS = frozenset(dir(builtins))
# Python allows a thousand frames, and each step takes four.
_MOST_STEPS = 100


class Names:
    """Resolves expressions of one file to qualified names.

    Args:
        index: Of the file's tree.
    """

    def __init__(self, index: TreeIndex) -> None:
        self._index = index
        self.imported = dict(_imported(index))
        self._bound = _bindings(index)
        self._defined = _defined(index)
        self._bound_names = frozenset(name for _, name in self._bound)
        self._called: dict[ast.Call, str | None] = {}
        self._instances: dict[ast.expr, str | None] = {}
        self._steps = 0

    def qualified(self, expression: ast.expr) -> str | None:
        """Return the dotted name that imports and builtins give `expression`.

        Returns:
            For example `requests.get` or `open`; None when it is anything local.
        """
        attributes: list[str] = []
        while isinstance(expression, ast.Attribute):
            attributes.append(expression.attr)
            expression = expression.value
        base = self._named(expression)
        return ".".join([base, *reversed(attributes)]) if base else None

    def _named(self, expression: ast.expr) -> str | None:
        if not isinstance(expression, ast.Name):
            return None
        name = expression.id
        if name in self.imported:
            return self.imported[name]
        return name if name in BUILTINS and not self.binds(name) else None

    def called(self, call: ast.Call) -> str | None:
        """Return the qualified name of what `call` calls, through variables too.

        `session.get(url)` gives `requests.Session.get` when `session` is known
        to be a `requests.Session` everywhere it is assigned in its scope.
        """
        if call not in self._called:
            self._called[call] = self._name_of(call.func)
        return self._called[call]

    def _name_of(self, called: ast.expr) -> str | None:
        direct = self.qualified(called)
        if direct is not None or not isinstance(called, ast.Attribute):
            return direct
        owner = self.instance_of(called.value)
        return f"{owner}.{called.attr}" if owner else None

    def instance_of(self, expression: ast.expr) -> str | None:
        """Return the qualified class or factory that `expression` came from.

        Only what one file shows is known: a direct call, a variable or `self`
        attribute whose every assignment agrees, or an annotated parameter.
        """
        if expression not in self._instances:
            self._instances[expression] = None  # so that `q = q.filter()` ends
            self._steps += 1
            if self._steps <= _MOST_STEPS:
                self._instances[expression] = self._instance_of(expression)
            self._steps -= 1
        return self._instances[expression]

    def _instance_of(self, expression: ast.expr) -> str | None:
        match expression:
            case ast.Call():
                return self.called(expression)
            case ast.Await(value=value):
                return self.instance_of(value)
            case ast.Name(id=name):
                return self._agreed(self.values_of(name, expression))
            case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
                return self._agreed(self._self_values(attribute, expression))
            case _:
                return None

    def _agreed(self, values: list[ast.expr]) -> str | None:
        agreed: str | None = None
        for value in values:
            kind = self._value_kind(value)
            if kind is None or (agreed is not None and kind != agreed):
                return None
            agreed = kind
        return agreed

    def _value_kind(self, value: ast.expr) -> str | None:
        annotated = isinstance(value, ast.Name | ast.Attribute)
        return self.qualified(value) if annotated else self.instance_of(value)

    def values_of(self, name: str, at: ast.AST) -> list[ast.expr]:
        """Return what `name` is bound to in the nearest scope that binds it.

        Annotated names and parameters yield the annotation; others the value.
        """
        for depth, scope in enumerate(self.scopes(at)):
            if depth and isinstance(scope, ast.ClassDef):
                continue  # functions do not see the names of a class around them
            found = self._bound.get((scope, name))
            if found is not None:
                return found
        return []

    def binds(self, name: str) -> bool:
        """Tell whether any scope of the file binds or defines `name`."""
        return name in self._defined or name in self._bound_names

    def is_assigned(self, name: str) -> bool:
        """Tell whether any scope of the file assigns `name`."""
        return name in self._bound_names

    def scopes(self, node: ast.AST) -> Iterator[Scope]:
        """Yield the scopes around `node`, innermost first, the module last."""
        parents = self._index.parents
        inside: ast.AST | None = node
        while inside is not None:
            inside = parents.get(inside)
            if isinstance(inside, Scope):
                yield inside

    def _self_values(self, attribute: str, at: ast.AST) -> list[ast.expr]:
        for scope in self.scopes(at):
            if isinstance(scope, ast.ClassDef):
                return self._bound.get((scope, f"self.{attribute}"), [])
        return []


def _imported(index: TreeIndex) -> Iterator[tuple[str, str]]:
    for node in index.by_kind.get(ast.Import, []):
        assert isinstance(node, ast.Import)
        for alias in node.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                top = alias.name.partition(".")[0]
                yield top, top
    for node in index.by_kind.get(ast.ImportFrom, []):
        assert isinstance(node, ast.ImportFrom)
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            yield alias.asname or alias.name, f"{module}.{alias.name}"


def _defined(index: TreeIndex) -> frozenset[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for kind in kinds for node in index.by_kind.get(kind, [])]
    return frozenset(node.name for node in nodes if isinstance(node, kinds))


def _bindings(index: TreeIndex) -> dict[tuple[Scope, str], list[ast.expr]]:
    bound: dict[tuple[Scope, str], list[ast.expr]] = {}
    for kind, nodes in index.by_kind.items():
        if kind not in _BINDERS:
            continue
        for node in nodes:
            for target, value in _BINDERS[kind](node):
                place = _place(target, node, index)
                if place is not None:
                    bound.setdefault(place, []).append(value)
    return bound


def _place(
    target: ast.AST, node: ast.AST, index: TreeIndex
) -> tuple[Scope, str] | None:
    scope = node if isinstance(node, Scope) else _scope_of(node, index)
    match target:
        case ast.Name(id=name) | ast.arg(arg=name):
            return scope, name
        case ast.Attribute(value=ast.Name(id="self"), attr=attribute):
            owner = _scope_of(scope, index)
            return owner, f"self.{attribute}"
        case _:
            return None


def _scope_of(node: ast.AST, index: TreeIndex) -> Scope:
    inside = index.parents.get(node, node)
    while not isinstance(inside, Scope):
        inside = index.parents[inside]
    return inside


UNKNOWN = ast.Constant(value=None, lineno=1, col_offset=0)


def _from_assign(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.Assign)
    for target in node.targets:
        if isinstance(target, ast.Tuple | ast.List):
            yield from ((part, UNKNOWN) for part in target.elts)
        else:
            yield target, node.value


def _from_annotated(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.AnnAssign)
    yield node.target, node.value or node.annotation


def _from_augmented(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.AugAssign)
    yield node.target, UNKNOWN


def _from_walrus(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.NamedExpr)
    yield node.target, node.value


def _from_for(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
    targets = [node.target]
    if isinstance(node.target, ast.Tuple | ast.List):
        targets = node.target.elts
    yield from ((target, UNKNOWN) for target in targets)


def _from_with(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.With | ast.AsyncWith)
    for item in node.items:
        if item.optional_vars is not None:
            yield item.optional_vars, item.context_expr


def _from_arguments(
    node: ast.AST,
) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each]
    for each in every:
        yield each, each.annotation or UNKNOWN


def _from_handler(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    assert isinstance(node, ast.ExceptHandler)
    if node.name:
        yield ast.Name(id=node.name), UNKNOWN


_BINDERS = {
    ast.Assign: _from_assign,
    ast.AnnAssign: _from_annotated,
    ast.AugAssign: _from_augmented,
    ast.NamedExpr: _from_walrus,
    ast.For: _from_for,
    ast.AsyncFor: _from_for,
    ast.comprehension: _from_for,
    ast.With: _from_with,
    ast.AsyncWith: _from_with,
    ast.FunctionDef: _from_arguments,
    ast.AsyncFunctionDef: _from_arguments,
    ast.Lambda: _from_arguments,
    ast.ExceptHandler: _from_handler,
}
