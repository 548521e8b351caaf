"""What the models say, looked up by what the data flow sees; remembered."""

from __future__ import annotations

from typing import Any

from prodwright.analysis.categories import OBSCURE, everywhere
from prodwright.analysis.dataflow.records import Methods
from prodwright.analysis.dataflow.types import shape_of
from prodwright.analysis.dataflow.values import INSTANCE, Shape
from prodwright.analysis.linking import EXTERNAL, Program, Reference
from prodwright.analysis.models import Models

_LONGEST_PATH = 120  # characters; longer ones are made by loops
_VERBS = frozenset(
    {"set", "get", "has", "is", "use", "need", "needs", "no", "check", "reset", "ask"}
    | {"forgot", "change", "update", "validate", "verify", "require", "show", "hide"}
)
_Known = tuple[int, Reference | None]
_Noted = tuple[_Known, frozenset[int]]  # with the lookups that it rests on


class Knowledge:
    """Answers what attributes, items and results of other packages are.

    Args:
        program: For what leads back into it.
        models: What is known of the rest.
    """

    def __init__(self, program: Program, models: Models) -> None:
        self.program = program
        self.models = models
        self._attributes: dict[tuple[str, str], _Noted] = {}
        self._items: dict[str, _Known] = {}
        self._results: dict[str, _Known] = {}
        self._fields: dict[tuple[Any, ...], _Noted] = {}
        self._methods: dict[str, Methods] = {}
        self._names: dict[str, str] = {}
        self._secret: dict[str, bool] = {}
        self._packages: dict[str, frozenset[str]] = {}
        self._beginnings = _beginnings(models)

    def attribute(self, path: str, name: str) -> _Known:
        """Return the bits and the shape of `name` of the object called `path`."""
        return self.program.lookups.remembered(
            self._attributes, (path, name), lambda: self._attribute(path, name)
        )

    def _attribute(self, path: str, name: str) -> _Known:
        full = f"{path}.{name}"
        if len(full) > _LONGEST_PATH:
            return (0, None)
        made = self.models.returns.get(f"{path}.*")
        if made is not None and full not in self.models.sinks:
            return (0, (EXTERNAL, f"{made}()"))
        found = (EXTERNAL, full) if "(" in full else self.program.resolve(full)
        found = self.renamed(found)
        bits = self.models.sources.get(found[1], 0) if found[0] == EXTERNAL else 0
        return (bits, found)

    def item(self, path: str) -> _Known:
        """Return the bits and the shape of an item of the object called `path`."""
        known = self._items.get(path)
        if known is None:
            known = self._items[path] = self._made(path, "[]")
        return known

    def result(self, path: str) -> _Known:
        """Return the bits and the shape of what the function called `path` returns."""
        known = self._results.get(path)
        if known is None:
            known = self._results[path] = self._made(path, "()")
        return known

    def _made(self, path: str, how: str) -> _Known:
        full = f"{path}{how}"
        made = self.models.returns.get(path if how == "()" else full)
        bits = self.models.sources.get(full, 0)
        if made is not None:
            return (bits, (EXTERNAL, f"{made}()"))
        if len(full) > _LONGEST_PATH or "." not in full:
            return (bits, None)  # what `getattr` or `next` return may be anything
        return (bits, self.renamed((EXTERNAL, full)))

    def renamed(self, reference: Reference) -> Reference:
        """Return `reference` under the name that models use."""
        if reference[0] != EXTERNAL:
            return reference
        path = reference[1]
        known = self._names.get(path)
        if known is None:
            known = self._names[path] = self._renamed(path)
        return reference if known == path else (EXTERNAL, known)

    def _renamed(self, path: str) -> str:
        aliases = self.models.aliases
        head = path
        while head:
            if head in aliases:
                return aliases[head] + path[len(head) :]
            head = head.rpartition(".")[0]
        return path

    def field(self, class_: Reference, name: str) -> _Known:
        """Return the bits and the shape of an attribute of a class's objects."""
        return self.program.lookups.remembered(
            self._fields, (*class_, name), lambda: self._field(class_, name)
        )

    def _field(self, class_: Reference, name: str) -> _Known:
        for field, annotation in self.program.fields(class_):
            if field == name:
                models = self.models
                shape = shape_of(self.program, models, class_[1], annotation)
                return (0, shape)
        outside = sorted(self.program.outside_bases(class_))
        for given in self.models.attributes:
            if given.name == name and any(e.startswith(given.bases) for e in outside):
                path = f"{given.type}()"
                return (self.models.sources.get(path, 0), (EXTERNAL, path))
        for base in outside:
            bits, shape = self.attribute(f"{self._renamed(base)}()", name)
            if bits or (shape is not None and self._is_known(shape[1])):
                return (bits, shape)
        return (0, None)

    def _is_known(self, path: str) -> bool:
        models = self.models
        tables = (models.sinks, models.returns, models.clean, models.sanitizers)
        return any(path in each for each in tables) or path in self._beginnings

    def is_secret(self, name: str) -> bool:
        """Tell whether a variable or field of this name holds a secret."""
        known = self._secret.get(name)
        if known is None:
            known = self._secret[name] = self._is_secret(name.lower())
        return known

    def _is_secret(self, name: str) -> bool:
        if name.partition("_")[0] in _VERBS:
            return False  # a flag or a function: `reset_password`
        while name:
            if name in self.models.secrets:
                return True
            name = name.partition("_")[2] if not name.startswith("_") else name[1:]
        return False

    def by_method(self, name: str) -> Methods:
        """Return what is known of methods of this name on unknown objects."""
        known = self._methods.get(name)
        if known is None:
            models, path = self.models, f"*.{name}"
            known = self._methods[name] = Methods(
                sinks=models.sinks.get(path, ()),
                cleared=everywhere(models.sanitizers.get(path, 0)),
                validator=models.validators.get(path),
                passes=path in models.passes,
                is_clean=path in models.clean,
            )
        return known

    def imports(self, key: str, packages: tuple[str, ...]) -> bool:
        """Tell whether a module imports one of these packages."""
        known = self._packages.get(key)
        if known is None:
            known = frozenset(self.program.modules[key].module.packages)
            self._packages[key] = known
        return not known.isdisjoint(packages)

    def matters(self, shape: Shape) -> bool:
        """Tell whether an argument of this shape is worth following a call for."""
        if shape[0] == EXTERNAL:
            return shape[1] in self._beginnings
        if shape[0] != INSTANCE:
            return False
        return any(
            each[0] & ~OBSCURE or each[2] is not None for each in shape[3].values()
        )


def _beginnings(models: Models) -> frozenset[str]:
    """Return the objects whose attributes are sources: `flask.request`, ..."""
    return frozenset(
        name.removesuffix("()").rpartition(".")[0]
        for name in models.sources
        if "." in name
    ) - {"sys", "traceback", ""}
