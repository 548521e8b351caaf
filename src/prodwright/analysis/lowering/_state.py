"""What lowering gathers on its way through one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from prodwright.analysis.ir import NAME, Class, Facts, Function, Node, Position

Call = tuple[str, Position, tuple[str, ...]]


@dataclass(slots=True)
class Notes:
    """What is noted of the function under way; see `ir.Facts`."""

    is_generator: bool = False
    caught: tuple[str, ...] = ()
    calls: list[Call] = field(default_factory=list)
    raises: list[Call] = field(default_factory=list)
    assigned: list[tuple[str, str, Position]] = field(default_factory=list)
    closed: dict[str, None] = field(default_factory=dict)
    escaped: dict[str, None] = field(default_factory=dict)
    returned: dict[str, None] = field(default_factory=dict)
    returned_calls: dict[str, None] = field(default_factory=dict)
    attributes: dict[str, None] = field(default_factory=dict)

    def facts(self) -> Facts:
        """Return what was noted so far."""
        return Facts(
            calls=tuple(self.calls),
            raises=tuple(self.raises),
            assigned=tuple(self.assigned),
            closed=tuple(self.closed),
            escaped=tuple(self.escaped),
            returned=tuple(self.returned),
            returned_calls=tuple(self.returned_calls),
            attributes=tuple(self.attributes),
        )


class State:
    """The file under way.

    Args:
        module_name: Dotted name, against which relative imports are resolved.
        is_package: Whether the file is an `__init__`.
    """

    __slots__ = (
        "_names",
        "classes",
        "functions",
        "imports",
        "module_name",
        "notes",
        "owner",
        "package",
        "packages",
        "qualified",
    )

    def __init__(self, module_name: str, *, is_package: bool) -> None:
        self.module_name: Final = module_name
        self.package: Final = (
            module_name if is_package else module_name.rpartition(".")[0]
        )
        self.functions: list[Function | None] = []
        self.classes: list[Class | None] = []
        self.imports: list[tuple[str, str]] = []
        self.packages: dict[str, None] = {}
        self.notes = Notes()
        self.qualified = ""  # name of the function or class that is under way
        self.owner = ""  # the class whose body is under way
        self._names: dict[str, Node] = {}

    def name(self, identifier: str) -> Node:
        """Return the node of a name; equal names of a file share one."""
        node = self._names.get(identifier)
        if node is None:
            node = self._names[identifier] = (NAME, identifier)
        return node

    def inside(self, name: str) -> str:
        """Return the qualified name of `name` where the lowering stands."""
        return f"{self.qualified}.{name}" if self.qualified else name

    def absolute(self, module: str, level: int) -> str:
        """Return the dotted name of a module imported with `level` leading dots.

        Dots beyond the topmost package stop there.
        """
        if not level:
            return module
        parts = self.package.split(".") if self.package else []
        kept = parts[: max(len(parts) - level + 1, 0)]
        return ".".join([*kept, module] if module else kept)
