"""Annotations as shapes."""

from __future__ import annotations

import re
from typing import Final

from prodwright.analysis.dataflow.frame import HARMLESS
from prodwright.analysis.dataflow.values import INSTANCE, Shape
from prodwright.analysis.ir import Node
from prodwright.analysis.linking import CLASS, EXTERNAL, Program
from prodwright.analysis.models import Models

# What stands around the type that matters.
_WRAPPERS: Final = frozenset(
    {"Optional", "Annotated", "Union", "|", "Final", "ClassVar", "Required"}
)
_OPEN: Final = re.compile(
    r"str|bytes|bytearray|list|tuple|set|frozenset|dict|object|"
    r"Any|None|Iterable|Iterator|Sequence|Mapping|Callable|Literal|"
    r"type|Type|TypeVar|LiteralString|List|Dict|Tuple|Set|AnyStr"
)


def shape_of(
    program: Program, models: Models, key: str, annotation: Node | None
) -> Shape | None:
    """Return the shape of a value annotated like this.

    Args:
        program: For the classes it names.
        models: For the types that do no harm.
        key: Module in which it is written.
        annotation: As lowered.

    Returns:
        `HARMLESS` for types that do no harm; None for those that tell nothing.
    """
    if annotation is None:
        return None
    name, arguments = annotation
    last = name.rpartition(".")[2]
    if last in _WRAPPERS:
        shapes = [shape_of(program, models, key, each) for each in arguments]
        return next((each for each in shapes if each is not None), None)
    if not name:
        return None
    if _OPEN.fullmatch(last):
        return _of_numbers(program, models, key, arguments)
    found = program.dotted_in(key, name) or (EXTERNAL, name)
    if found[0] == CLASS:
        if models.harmless & program.outside_bases(found):
            return HARMLESS
        return (INSTANCE, found[1], found[2], {})
    if found[0] != EXTERNAL:
        return None
    path = models.aliases.get(found[1], found[1])
    if path in models.harmless:
        return HARMLESS
    instance = f"{path}()"
    return (EXTERNAL, models.aliases.get(instance, instance))


def _of_numbers(
    program: Program, models: Models, key: str, arguments: tuple[Node, ...]
) -> Shape | None:
    """Return `HARMLESS` for a collection of what does no harm."""
    if not arguments:
        return None
    shapes = [shape_of(program, models, key, each) for each in arguments]
    return HARMLESS if all(each is HARMLESS for each in shapes) else None
