"""Where in its function a node stands: what would be caught, what is open."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from prodwright.analysis.source import Function, Source

ANY = "*"  # a handler that catches everything
_ALL = ("Exception", "BaseException")
_LATER = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_NONE: frozenset[str] = frozenset()


class Context(NamedTuple):
    """What holds where a node stands.

    Attributes:
        function: That runs it when it is called; None: none that can be named.
        caught: Exceptions that a handler around it catches; `*`: all.
        in_transaction: Whether a transaction is open.
    """

    function: Function | None = None
    caught: frozenset[str] = _NONE
    in_transaction: bool = False


class Contexts:
    """Works out contexts, each node's from its parent's.

    Args:
        source: The file.
        functions: Those that can be named from outside.
        absolute: Returns the name of an exception class; empty: it is not known.
    """

    def __init__(
        self,
        source: Source,
        functions: frozenset[Function],
        absolute: Callable[[ast.expr], str],
    ) -> None:
        self._source = source
        self._functions = functions
        self._absolute = absolute
        self._known: dict[ast.AST, Context] = {source.tree: Context()}
        self._guarded: dict[ast.Try, tuple[frozenset[int], frozenset[str]]] = {}

    def of(self, node: ast.AST) -> Context:
        """Return the context in which `node` stands."""
        parents, known = self._source.index.parents, self._known
        chain: list[ast.AST] = []
        while node not in known:
            chain.append(node)
            node = parents[node]
        context = known[node]
        for below in reversed(chain):
            context = known[below] = self._inside(parents[below], below, context)
        return context

    def _inside(self, parent: ast.AST, node: ast.AST, context: Context) -> Context:
        kind = type(parent)
        if kind is ast.Try or kind is ast.With or kind is ast.AsyncWith:
            return self._in_block(parent, node, context)
        if not isinstance(parent, _LATER):
            return context
        if parent in self._functions:
            return Context(parent) if isinstance(node, ast.stmt) else context
        return Context() if context.function is not None else context

    def _in_block(self, parent: ast.AST, node: ast.AST, context: Context) -> Context:
        if isinstance(parent, ast.Try):
            body, caught = self._guard(parent)
            if id(node) in body and caught:
                return context._replace(caught=context.caught | caught)
            return context
        assert isinstance(parent, ast.With | ast.AsyncWith)
        begun = isinstance(node, ast.stmt) and any(
            _begins(self._source, each.context_expr) for each in parent.items
        )
        return context._replace(in_transaction=True) if begun else context

    def _guard(self, block: ast.Try) -> tuple[frozenset[int], frozenset[str]]:
        if block not in self._guarded:
            body = frozenset(map(id, block.body))
            handled = [name for each in block.handlers for name in self._handled(each)]
            self._guarded[block] = (body, frozenset(handled))
        return self._guarded[block]

    def _handled(self, handler: ast.ExceptHandler) -> Iterator[str]:
        if any(isinstance(each, ast.Raise) for each in ast.walk(handler)):
            return  # what it catches may leave it again
        kinds = handler.type
        listed = kinds.elts if isinstance(kinds, ast.Tuple) else [kinds]
        for each in listed:
            name = ANY if each is None else self._absolute(each)
            yield ANY if name in _ALL else name


def _begins(source: Source, context: ast.expr) -> bool:
    match context:
        case ast.Call(
            func=ast.Attribute(attr="begin" | "transaction" | "begin_nested")
        ):
            return True
        case ast.Call():
            return source.called(context) == "django.db.transaction.atomic"
        case _:
            return False
