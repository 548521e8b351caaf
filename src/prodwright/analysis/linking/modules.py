"""One module, linked: what its own names stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prodwright.analysis import ir
from prodwright.analysis.ir import Body, Class, Function, Module
from prodwright.analysis.linking.references import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    Reference,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedModule:
    """One module and what its own names stand for.

    Attributes:
        path: Of the file, as findings show it.
        module: Its compact form; its name is the module key.
        names: What functions, classes and imports at its level bind. Imports are
            `EXTERNAL` here even where they lead to another module of the program, and
            as they are written.
        stars: Modules whose public names it takes over, in order, as written.
        variables: Names that are assigned at its level.
        functions: Index by qualified name; of several, the last.
        classes: By qualified name.
    """

    path: str
    module: Module
    names: dict[str, Reference]
    stars: tuple[str, ...]
    variables: frozenset[str]
    functions: dict[str, int]
    classes: dict[str, Class]

    def function(self, index: int) -> Function:
        """Return the function with this index."""
        return self.module.functions[index]


def link(path: str, module: Module) -> LinkedModule:
    """Return `module` with its names.

    Args:
        path: Of its file.
        module: In the compact form.
    """
    names: dict[str, Reference] = {
        name: (EXTERNAL, dotted) for name, dotted in module.imports if name != "*"
    }
    functions = {each.name: at for at, each in enumerate(module.functions)}
    for name, index in functions.items():
        if index and "." not in name:
            names[name] = (FUNCTION, module.name, index)
    classes = {each.name: each for each in module.classes}
    for name in classes:
        if "." not in name:
            names[name] = (CLASS, module.name, name)
    stars = (dotted for name, dotted in module.imports if name == "*")
    return LinkedModule(
        path=path,
        module=module,
        names=names,
        stars=tuple(stars),
        variables=frozenset(_assigned(module.functions[0].body)),
        functions=functions,
        classes=classes,
    )


def _assigned(body: Body) -> Iterator[str]:
    for statement in body:
        kind = statement[0]
        if kind == ir.ASSIGN:
            yield from (each[1] for each in statement[1] if each[0] == ir.NAME)
        elif kind == ir.ANNOTATED and statement[1][0] == ir.NAME:
            yield statement[1][1]
        elif kind == ir.IF:
            yield from _assigned(statement[2] + statement[3])
        elif kind == ir.TRY:
            yield from _assigned(statement[1])
            for handler in statement[2]:
                yield from _assigned(handler[2])
        elif kind == ir.WITH:
            yield from _assigned(statement[2])
