"""All modules of a review, and what their names stand for across files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from prodwright.analysis import ir
from prodwright.analysis.ir import Function, Module, Node
from prodwright.analysis.linking import lookups
from prodwright.analysis.linking.briefs import Brief, Modules, brief, methods
from prodwright.analysis.linking.lookups import Lookups
from prodwright.analysis.linking.modules import LinkedModule
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
        briefs: Of all modules.
        load: Returns a module by its key.
        contents: What tells the text of a module from any other, by its key.
    """

    def __init__(
        self,
        briefs: Iterable[Brief],
        load: Callable[[str], Module],
        contents: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self.briefs = tuple(briefs)
        self.lookups = Lookups()
        self.keys = import_names((each.name, each.is_package) for each in self.briefs)
        self.contents = contents
        paths = {each.name: each.path for each in self.briefs}
        self.modules: dict[str, LinkedModule] = Modules(paths, load)
        self.present = frozenset(paths)
        self._resolved: dict[str, tuple[Reference, frozenset[int]]] = {}
        self._members: dict[
            tuple[str, str, str], tuple[Reference | None, frozenset[int]]
        ] = {}
        self._outside: dict[Reference, tuple[frozenset[str], frozenset[int]]] = {}
        self.methods = methods(self.briefs)

    @classmethod
    def of(cls, modules: Iterable[tuple[str, Module]]) -> Program:
        """Return the program of modules that are all there.

        Args:
            modules: Each with the path of its file; their names are the module keys.
        """
        every = {module.name: (path, module) for path, module in modules}
        briefs = [brief(path, module) for path, module in every.values()]
        return cls(briefs, lambda key: every[key][1])

    def function(self, function: Reference) -> Function:
        """Return the record of a function of the program."""
        self.lookups.note(lookups.FUNCTION, function[1], function[2])
        return self.modules[function[1]].function(function[2])

    def fields(self, class_: Reference) -> tuple[tuple[str, Node], ...]:
        """Return the annotated names in the body of a class."""
        self.lookups.note(lookups.CLASS, class_[1], class_[2])
        return self.modules[class_[1]].classes[class_[2]].fields

    def _key(self, name: str) -> str | None:
        self.lookups.note(lookups.KEY, name)
        return self.keys.get(name)

    def _is_module(self, name: str) -> bool:
        return self._key(name) is not None

    def functions(self) -> Iterator[tuple[LinkedModule, int]]:
        """Yield every function of the program, each with its index."""
        for each in self.briefs:
            linked = self.modules[each.name]
            for index in range(len(linked.module.functions)):
                yield linked, index

    def resolve(self, dotted: str) -> Reference:
        """Return what an absolute dotted name stands for.

        Re-exports and star imports are followed; what leads nowhere within the
        program is `EXTERNAL`, under the last name on the way.
        """
        return self.lookups.remembered(
            self._resolved, dotted, lambda: self._led_to(dotted)
        )

    def _led_to(self, dotted: str) -> Reference:
        way = {dotted}
        found = self._step(dotted)
        while found[0] == EXTERNAL and found[1] not in way:
            if len(found[1]) > _LONGEST_NAME:
                break
            way.add(found[1])
            found = self._step(found[1])
        return found

    def _step(self, dotted: str) -> Reference:
        """Return what `dotted` leads to; a name that leads nowhere, to itself."""
        parts = dotted.split(".")
        for cut in range(len(parts), 0, -1):
            key = self._key(".".join(parts[:cut]))
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
        return self.resolve(beside(key, dotted, self._is_module))

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
            self.lookups.note(lookups.NAME, here, name)
            module = self.modules[here]
            found = module.names.get(name)
            if found is not None:
                if found[0] == EXTERNAL:
                    return (EXTERNAL, beside(here, found[1], self._is_module))
                return found
            if name in module.variables:
                return (VARIABLE, here, name)
            for star in reversed(module.stars):
                other = self._key(beside(here, star, self._is_module))
                if other and other not in seen and self._shows(other, name):
                    seen.add(other)
                    waiting.append(other)
        return None

    def _shows(self, key: str, name: str) -> bool:
        self.lookups.note(lookups.NAME, key, name)
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
        return self.lookups.remembered(
            self._members,
            (class_[1], class_[2], name),
            lambda: self._inherited(class_, name),
        )

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
        nested = f"{class_name}.{name}"
        self.lookups.note(lookups.CLASS, key, class_name)
        self.lookups.note(lookups.CLASS, key, nested)
        linked = self.modules[key]
        for method, index in linked.classes[class_name].methods:
            if method == name:
                return (FUNCTION, key, index)
        return (CLASS, key, nested) if nested in linked.classes else None

    def bases(self, class_: Reference) -> list[Reference]:
        """Return what the bases of a class stand for, those that are known."""
        _, key, name = class_
        self.lookups.note(lookups.CLASS, key, name)
        written = self.modules[key].classes[name].bases
        found = (self.dotted_in(key, each) or (EXTERNAL, each) for each in written)
        return [each for each in found if each != class_]

    def outside_bases(self, class_: Reference) -> frozenset[str]:
        """Return the dotted names of all classes of other packages it derives from."""
        return self.lookups.remembered(
            self._outside, class_, lambda: self._outside_bases(class_)
        )

    def _outside_bases(self, class_: Reference) -> frozenset[str]:
        seen = {class_}
        waiting, outside = [class_], set()
        while waiting:
            for base in self.bases(waiting.pop()):
                if base[0] == EXTERNAL:
                    outside.add(base[1])
                elif base[0] == CLASS and base not in seen:
                    seen.add(base)
                    waiting.append(base)
        return frozenset(outside)

    def methods_named(self, name: str) -> list[Reference]:
        """Return every method of the program that is called `name`."""
        self.lookups.note(lookups.METHODS, name)
        return self.methods.get(name, [])

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
