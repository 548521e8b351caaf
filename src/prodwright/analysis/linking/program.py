"""All modules of a review, and what their names stand for across files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodwright.analysis import ir
from prodwright.analysis.ir import Function, Module
from prodwright.analysis.linking.modules import LinkedModule, link
from prodwright.analysis.linking.places import beside, import_names
from prodwright.analysis.linking.references import (
    CLASS,
    EXTERNAL,
    FUNCTION,
    VARIABLE,
    Reference,
)

# Characters. A module that imports a name from itself makes it longer with each step.
_LONGEST_NAME = 1_000


class Program:
    """The linked modules.

    Args:
        modules: Each with the path of its file; their names are the module keys.
    """

    def __init__(self, modules: Iterable[tuple[str, Module]]) -> None:
        every = list(modules)
        self._keys = import_names((each.name, each.is_package) for _, each in every)
        self.modules = {
            module.name: link(path, module, self._keys) for path, module in every
        }
        self._resolved: dict[str, Reference] = {}
        self._members: dict[tuple[str, str, str], Reference | None] = {}
        self._outside: dict[tuple[str, str], frozenset[str]] = {}
        self._methods = _methods(self.modules)

    def functions(self) -> Iterator[tuple[LinkedModule, int]]:
        """Yield every function of the program, each with its index."""
        for linked in self.modules.values():
            for index in range(len(linked.module.functions)):
                yield linked, index

    def resolve(self, dotted: str) -> Reference:
        """Return what an absolute dotted name stands for.

        Re-exports and star imports are followed; what leads nowhere within the
        program is `EXTERNAL`, under the last name on the way.
        """
        known = self._resolved.get(dotted)
        if known is not None:
            return known
        way = {dotted: None}
        found = self._step(dotted)
        while found[0] == EXTERNAL and found[1] not in way:
            if len(found[1]) > _LONGEST_NAME:
                break
            way[found[1]] = None
            found = self._resolved.get(found[1]) or self._step(found[1])
        self._resolved.update(dict.fromkeys(way, found))
        return found

    def _step(self, dotted: str) -> Reference:
        """Return what `dotted` leads to; a name that leads nowhere, to itself."""
        parts = dotted.split(".")
        for cut in range(len(parts), 0, -1):
            key = self._keys.get(".".join(parts[:cut]))
            if key is not None:
                return self._within(key, parts[cut:]) or (EXTERNAL, dotted)
        return (EXTERNAL, dotted)

    def _within(self, key: str, rest: list[str]) -> Reference | None:
        if not rest:
            return (EXTERNAL, key)
        found = self._named(key, rest[0])
        for at, part in enumerate(rest[1:], start=1):
            if found is not None and found[0] == EXTERNAL:
                return (EXTERNAL, ".".join([found[1], *rest[at:]]))
            found = self.member(found, part) if found and found[0] == CLASS else None
        return found

    def imported(self, key: str, dotted: str) -> Reference:
        """Return what an import in module `key` of a dotted name leads to."""
        return self.resolve(beside(key, dotted, self._keys))

    def name_in(self, key: str, name: str) -> Reference | None:
        """Return what `name` stands for at the level of module `key`.

        Returns:
            None when the module does not bind it: a built-in, or a mistake.
        """
        found = self._named(key, name)
        if found is not None and found[0] == EXTERNAL:
            return self.resolve(found[1])
        return found

    def _named(self, key: str, name: str) -> Reference | None:
        waiting, seen = [key], {key}
        while waiting:
            here = waiting.pop()
            module = self.modules[here]
            if name in module.names:
                return module.names[name]
            if name in module.variables:
                return (VARIABLE, here, name)
            for star in reversed(module.stars):
                other = self._keys.get(star)
                if other and other not in seen and self._shows(other, name):
                    seen.add(other)
                    waiting.append(other)
        return None

    def _shows(self, key: str, name: str) -> bool:
        exports = self.modules[key].module.exports
        return name in exports if exports is not None else not name.startswith("_")

    def dotted_in(self, key: str, dotted: str) -> Reference | None:
        """Return what a dotted name as written in module `key` stands for.

        Returns:
            None when its first part is no name of the module.
        """
        head, _, rest = dotted.partition(".")
        found = self._named(key, head)
        if found is None:
            return None
        if found[0] == EXTERNAL:
            return self.resolve(f"{found[1]}.{rest}" if rest else found[1])
        for part in rest.split(".") if rest else ():
            if found is None or found[0] != CLASS:
                return None
            found = self.member(found, part)
        return found

    def member(self, class_: Reference, name: str) -> Reference | None:
        """Return the method or nested class `name` of a class, inherited ones too.

        Bases are searched from left to right, depth first.
        """
        asked = (class_[1], class_[2], name)
        if asked not in self._members:
            self._members[asked] = self._inherited(class_, name)
        return self._members[asked]

    def _inherited(self, class_: Reference, name: str) -> Reference | None:
        waiting, seen = [class_], {class_}
        while waiting:
            here = waiting.pop()
            found = self._own_member(here[1], here[2], name)
            if found is not None:
                return found
            for base in reversed(self.bases(here)):
                if base[0] == CLASS and base not in seen:
                    seen.add(base)
                    waiting.append(base)
        return None

    def _own_member(self, key: str, class_name: str, name: str) -> Reference | None:
        linked = self.modules[key]
        for method, index in linked.classes[class_name].methods:
            if method == name:
                return (FUNCTION, key, index)
        nested = f"{class_name}.{name}"
        return (CLASS, key, nested) if nested in linked.classes else None

    def bases(self, class_: Reference) -> list[Reference]:
        """Return what the bases of a class stand for, those that are known."""
        _, key, name = class_
        written = self.modules[key].classes[name].bases
        found = (self.dotted_in(key, each) or (EXTERNAL, each) for each in written)
        return [each for each in found if each != class_]

    def outside_bases(self, class_: Reference) -> frozenset[str]:
        """Return the dotted names of all classes of other packages it derives from."""
        known = self._outside.get((class_[1], class_[2]))
        if known is not None:
            return known
        seen = {class_}
        waiting, outside = [class_], set()
        while waiting:
            for base in self.bases(waiting.pop()):
                if base[0] == EXTERNAL:
                    outside.add(base[1])
                elif base[0] == CLASS and base not in seen:
                    seen.add(base)
                    waiting.append(base)
        self._outside[class_[1], class_[2]] = frozenset(outside)
        return self._outside[class_[1], class_[2]]

    def methods_named(self, name: str) -> list[Reference]:
        """Return every method of the program that is called `name`."""
        return self._methods.get(name, [])

    def called(self, key: str, function: Function, dotted: str) -> Reference | None:
        """Return what a call in `function` calls, as far as names tell.

        Args:
            key: Of the function's module.
            function: The one that calls.
            dotted: Name of what it calls; see `ir.dotted`.
        """
        head, _, rest = dotted.partition(".")
        if head in ("self", "cls") and function.owner and rest:
            return self._called_on(key, function.owner, rest)
        return self.nested(key, function.name, dotted) or self.dotted_in(key, dotted)

    def _called_on(self, key: str, class_name: str, name: str) -> Reference | None:
        return None if "." in name else self.member((CLASS, key, class_name), name)

    def nested(self, key: str, around: str, name: str) -> Reference | None:
        """Return the function `name` that is defined inside `around` or outside it."""
        module = self.modules[key]
        while around and around != ir.MODULE_BODY:
            index = module.functions.get(f"{around}.{name}")
            if index is not None and around not in module.classes:
                return (FUNCTION, key, index)
            around = around.rpartition(".")[0]
        return None


def _methods(modules: dict[str, LinkedModule]) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    for key, linked in modules.items():
        for class_ in linked.classes.values():
            for name, index in class_.methods:
                found.setdefault(name, []).append((FUNCTION, key, index))
    return found
