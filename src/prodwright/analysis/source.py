"""One parsed Python file, with its index, names and suppressions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TypeVar

from prodwright.analysis.index import TreeIndex, index_tree
from prodwright.analysis.names import Names
from prodwright.analysis.suppressions import Suppression, read_suppressions
from prodwright.core.errors import UnreadableSource

NodeT = TypeVar("NodeT", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
_LINE_END = re.compile(r"\r\n|\r|\n")
_TEST_FILE = re.compile(r"test_.*\.py|.*_test\.py")
_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_ASIDE_FOLDERS = frozenset(
    {"docs", "doc", "examples", "example", "migrations", "alembic", "benchmarks"}
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """The text of one Python file and what is derived from it.

    Attributes:
        path: Relative to the reviewed root, `/`-separated.
        text: The file's text, decoded.
    """

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            UnreadableSource: The text is not Python for this interpreter.
        """
        try:
            return ast.parse(self.text)
        except SyntaxError as error:
            msg = f"{self.path}:{error.lineno}: {error.msg}"
            raise UnreadableSource(msg, hint="fix the syntax error first") from error
        except (ValueError, RecursionError, MemoryError) as error:
            msg = f"{self.path}: cannot be parsed: {error!r}"
            raise UnreadableSource(msg, hint="exclude this file") from error

    @cached_property
    def index(self) -> TreeIndex:
        """Nodes by kind and parents."""
        return index_tree(self.tree)

    @cached_property
    def names(self) -> Names:
        """Resolver of this file's expressions to qualified names."""
        return Names(self.index)

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their ends, split where Python splits them."""
        return _LINE_END.split(self.text)

    @cached_property
    def suppressions(self) -> tuple[Suppression, ...]:
        """The suppression comments, in reading order."""
        return read_suppressions(self.text)

    @cached_property
    def is_test(self) -> bool:
        """Whether this file holds tests or what only tests use."""
        path = PurePosixPath(self.path)
        by_name = bool(_TEST_FILE.fullmatch(path.name))
        folders = _TEST_FOLDERS.intersection(path.parts[:-1])
        return by_name or path.name == "conftest.py" or bool(folders)

    @cached_property
    def holds_tests(self) -> bool:
        """Whether pytest, as it comes, would collect a test from this file.

        A folder `testing` holds what other projects' tests use, and no test.
        Source: pytest, `python_files`, `python_functions` and `python_classes`.
        """
        if not _TEST_FILE.fullmatch(PurePosixPath(self.path).name):
            return False
        return any(each.name.startswith("test") for each in self.functions())

    @cached_property
    def is_aside(self) -> bool:
        """Whether this file is documentation, an example, or a migration."""
        parts = PurePosixPath(self.path).parts[:-1]
        return bool(_ASIDE_FOLDERS.intersection(parts))

    def nodes(self, *kinds: type[NodeT]) -> Iterator[NodeT]:
        """Yield the nodes of exactly these kinds; one kind in reading order."""
        for kind in kinds:
            yield from self.index.by_kind.get(kind, ())  # type: ignore[misc]

    def functions(self) -> Iterator[Function]:
        """Yield every function and method, asynchronous ones last."""
        yield from self.nodes(ast.FunctionDef)
        yield from self.nodes(ast.AsyncFunctionDef)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node around `node`; None for the module."""
        return self.index.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around `node`, innermost first, the module last."""
        around = self.parent(node)
        while around is not None:
            yield around
            around = self.parent(around)

    def function_of(self, node: ast.AST) -> Function | None:
        """Return the innermost function around `node`; None at module level."""
        around = self.ancestors(node)
        return next((each for each in around if isinstance(each, Function)), None)

    def qualified(self, expression: ast.expr) -> str | None:
        """Return the imported or built-in name of `expression`; see `Names`."""
        return self.names.qualified(expression)

    def called(self, call: ast.Call) -> str | None:
        """Return the qualified name of what is called; see `Names.called`."""
        return self.names.called(call)

    def imports(self, *modules: str) -> bool:
        """Tell whether any of these top-level modules is imported."""
        wanted = frozenset(modules)
        imported = self.names.imported.values()
        return any(name.partition(".")[0] in wanted for name in imported)

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Return the source text of `node`, with the line ends `\n`."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = [line.encode() for line in self.lines[first : last + 1]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode()
