"""The compact form that code is analysed in: tuples, so that it is small and fast.

A *node* is a tuple whose first item is its kind, an integer of this module; kinds
are dense, so that a list indexed by kind is a dispatch table. What an analysis asks
of a whole function, class or module stands in a record (a named tuple).

A *position* is one integer: line and column of where the node begins (`at`).
Calls and statements have one, as their last item; other expressions have none.

Expressions:

    (CONSTANT, value)                    text, bytes, number, bool, None or Ellipsis
    (NAME, identifier)
    (ATTRIBUTE, owner, name)
    (CALL, function, arguments, keywords, position)
                                         keywords: ((name | None, value), ...); None: **
    (BINARY, operator, left, right)      operator as written: "+", "%", "//", ...
    (FORMATTED, parts)                   f-strings and t-strings; parts are expressions
    (FIELD, value, conversion, spec)     a part that is not written as it is; conversion
                                         "", "r", "s", "a"; spec: expression or None
    (SUBSCRIPT, owner, index)
    (SLICE, lower, upper, step)          each an expression or None
    (SEQUENCE, sort, items)              sort: "list", "tuple", "set"
    (MAPPING, keys, values)              a key of None: **
    (COMPARE, operator, left, right)     "==", "not in", "is not", ...; chains are
                                         LOGIC "and" of the single comparisons
    (LOGIC, operator, values)            "and", "or"
    (UNARY, operator, operand)           "not", "-", "+", "~"
    (CONDITIONAL, test, then, otherwise)
    (COMPREHENSION, sort, elements, loops)
                                         sort: "list", "set", "dict", "generator";
                                         elements: one, or key and value;
                                         loops: ((target, iterable, conditions), ...)
    (AWAIT, value)
    (STARRED, value)
    (YIELD, value | None, is_from)
    (LAMBDA, parameters, body)
    (WALRUS, name, value)

Statements (a body is a tuple of them):

    (ASSIGN, targets, value, position)
    (ANNOTATED, target, annotation, value | None, position)
    (AUGMENT, target, operator, value, position)
    (EVALUATE, value, position)
    (RETURN, value | None, position)
    (IF, test, body, otherwise, position)
    (FOR, target, iterable, body, otherwise, position)
    (WHILE, test, body, otherwise, position)
    (TRY, body, handlers, otherwise, final, position)
                                         handler: (types, name | None, body, position);
                                         types: dotted names, () for a bare `except`
    (WITH, items, body, position)        item: (context, target | None)
    (RAISE, exception | None, cause | None, position)
    (PASS, position)                     also docstrings and other lone constants
    (BREAK, position)
    (CONTINUE, position)
    (IMPORT, bindings, position)         binding: (name here, dotted name); a star is
                                         ("*", module)
    (DEFINE, name, function index, position)
    (CLASS, name, class index, position)
    (MATCH, subject, cases, position)    case: (pattern, guard | None, body)
    (DELETE, targets, position)
    (ASSERT, test, message | None, position)
    (OUTER, names, position)             `global` and `nonlocal`

Patterns:

    (EQUALS, value)                      a constant or a dotted name
    (ANY_OF, patterns)
    (CAPTURE, name | None, pattern | None)
    (SHAPE, names)                       sequence, mapping or class: the names it binds

Annotations: `(dotted name, arguments)`, with the arguments annotations again; unions
are `("|", members)`, what is not a type is `("", ())`. Texts are read as annotations.

Parameters: `(name, sort, annotation | None, default | None)`, in the order in which
they are written.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

Node = tuple[Any, ...]
Body = tuple[Node, ...]
Position = int

CONSTANT: Final = 0
NAME: Final = 1
ATTRIBUTE: Final = 2
CALL: Final = 3
BINARY: Final = 4
FORMATTED: Final = 5
FIELD: Final = 6
SUBSCRIPT: Final = 7
SLICE: Final = 8
SEQUENCE: Final = 9
MAPPING: Final = 10
COMPARE: Final = 11
LOGIC: Final = 12
UNARY: Final = 13
CONDITIONAL: Final = 14
COMPREHENSION: Final = 15
AWAIT: Final = 16
STARRED: Final = 17
YIELD: Final = 18
LAMBDA: Final = 19
WALRUS: Final = 20

ASSIGN: Final = 21
ANNOTATED: Final = 22
AUGMENT: Final = 23
EVALUATE: Final = 24
RETURN: Final = 25
IF: Final = 26
FOR: Final = 27
WHILE: Final = 28
TRY: Final = 29
WITH: Final = 30
RAISE: Final = 31
PASS: Final = 32
BREAK: Final = 33
CONTINUE: Final = 34
IMPORT: Final = 35
DEFINE: Final = 36
CLASS: Final = 37
MATCH: Final = 38
DELETE: Final = 39
ASSERT: Final = 40
OUTER: Final = 41

EQUALS: Final = 42
ANY_OF: Final = 43
CAPTURE: Final = 44
SHAPE: Final = 45

KINDS: Final = 46

# Sorts of parameters.
POSITIONAL_ONLY: Final = 0
ORDINARY: Final = 1
REST: Final = 2
KEYWORD_ONLY: Final = 3
KEYWORDS: Final = 4

MODULE_BODY: Final = "<module>"

_COLUMN_BITS: Final = 12
_MOST_COLUMN: Final = (1 << _COLUMN_BITS) - 1


class Facts(NamedTuple):
    """What the body of one function does; calls and raises in the order of writing.

    Attributes:
        calls: What it calls: (dotted name, position, caught); the dotted name is as
            `dotted` gives it, `caught` holds the dotted names that `except` clauses
            around the call catch.
        raises: Likewise of what it raises.
        assigned: (variable, dotted name called, position) of `variable = call()`.
        closed: Variables that are closed, or used as a context.
        escaped: Variables that are handed on: passed, returned, yielded, stored.
        returned: Variables that are returned.
        returned_calls: Dotted names of calls whose result is returned.
        attributes: Names of attributes that are mentioned, each once.
    """

    calls: tuple[tuple[str, Position, tuple[str, ...]], ...]
    raises: tuple[tuple[str, Position, tuple[str, ...]], ...]
    assigned: tuple[tuple[str, str, Position], ...]
    closed: tuple[str, ...]
    escaped: tuple[str, ...]
    returned: tuple[str, ...]
    returned_calls: tuple[str, ...]
    attributes: tuple[str, ...]


class Function(NamedTuple):
    """One function, method, or the body of a module (`MODULE_BODY`, index 0).

    Attributes:
        name: Qualified within the module: `Shop.pay`, `outer.inner`.
        position: Of its `def`, whatever decorators stand before it.
        parameters: See above.
        is_async: `async def`.
        is_generator: It yields.
        decorators: Expressions, in the order in which they are written.
        result: Annotation of what it returns, or None.
        body: Statements.
        owner: Qualified name of the class it is a method of; empty for others.
        facts: What its body does; functions inside have their own.
    """

    name: str
    position: Position
    parameters: tuple[Node, ...]
    is_async: bool
    is_generator: bool
    decorators: tuple[Node, ...]
    result: Node | None
    body: Body
    owner: str
    facts: Facts


class Class(NamedTuple):
    """One class.

    Attributes:
        name: Qualified within the module.
        position: Of its `class`.
        bases: Dotted names; subscripts (`Generic[T]`) are left out.
        decorators: Expressions.
        methods: (name, index of the function).
        fields: (name, annotation) of the annotated names in its body.
        body: Statements.
    """

    name: str
    position: Position
    bases: tuple[str, ...]
    decorators: tuple[Node, ...]
    methods: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, Node], ...]
    body: Body


class Module(NamedTuple):
    """One file.

    Attributes:
        name: Dotted.
        is_package: Whether the file is an `__init__`.
        imports: Bindings of the imports at module level, relative ones resolved.
        packages: Top-level packages of every import, those in functions too.
        exports: What `__all__` lists; None when it is absent or worked out.
        functions: By index; the module's own body is the first.
        classes: By index.
    """

    name: str
    is_package: bool
    imports: tuple[tuple[str, str], ...]
    packages: tuple[str, ...]
    exports: tuple[str, ...] | None
    functions: tuple[Function, ...]
    classes: tuple[Class, ...]


def at(line: int, column: int) -> Position:
    """Return the position of a line and column.

    Args:
        line: From 1.
        column: From 0, in bytes of UTF-8 as `ast` counts them; beyond 4,095 it
            stays there.
    """
    return line << _COLUMN_BITS | (column if column < _MOST_COLUMN else _MOST_COLUMN)


def line_of(position: Position) -> int:
    """Return the line of `position`, from 1."""
    return position >> _COLUMN_BITS


def column_of(position: Position) -> int:
    """Return the column of `position`, from 0, in bytes of UTF-8."""
    return position & _MOST_COLUMN


def dotted(expression: Node) -> str:
    """Return the dotted name of `expression` as written.

    Its first part is `()` for the result of a call, and empty for anything else
    that is no name: `a.b` gives `a.b`, `f().b` gives `().b`, `x[0].b` gives `.b`.
    """
    if expression[0] == NAME:
        name: str = expression[1]
        return name
    parts: list[str] = []
    while expression[0] == ATTRIBUTE:
        parts.append(expression[2])
        expression = expression[1]
    kind = expression[0]
    parts.append(expression[1] if kind == NAME else "()" if kind == CALL else "")
    parts.reverse()
    return ".".join(parts)
