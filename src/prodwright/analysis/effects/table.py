"""Functions of a project by their names, and what calling them does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from prodwright.analysis.effects.facts import UNKNOWN, Call, Doing
from prodwright.analysis.facts import Place

_MADE_BY = ("__init__", "__post_init__", "__new__")
_MOST_STEPS = 8  # of a name from module to module, or of a class to its bases


class Way(NamedTuple):
    """How a function comes to an effect.

    Attributes:
        says: What happens in the end, e.g. `time.sleep`.
        steps: Each with the path of the file, the place there and what is called.
    """

    says: str
    steps: tuple[tuple[str, Place, str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One function of the project.

    Attributes:
        path: Of its file.
        doing: What it does by itself.
    """

    path: str
    doing: Doing


@dataclass(slots=True)
class Effects:
    """Effects of a project's functions, by absolute dotted name.

    Attributes:
        functions: What each does by itself.
        blocks: How those that hold up their thread come to it; coroutines do not.
        waits: Likewise, of those that wait for another machine or sleep.
        raises: Exceptions that can leave a function, as far as the project raises them.
        opens: Those each of whose results must be closed.
        changes: The parameters that a function changes, itself or through others.
        bases: Classes that a class derives from.
        shown: What names of modules stand for that are from elsewhere.
        keys: Modules by all names that they are imported by.
        held: Names of attributes that objects are given, and may call.
        by_word: Functions by the last word of their names.
        stood_for: What names stood for when they were asked for, once all are known.
    """

    functions: dict[str, Known] = field(default_factory=dict)
    blocks: dict[str, Way] = field(default_factory=dict)
    waits: dict[str, Way] = field(default_factory=dict)
    raises: dict[str, frozenset[str]] = field(default_factory=dict)
    opens: frozenset[str] = frozenset()
    changes: dict[str, frozenset[str]] = field(default_factory=dict)
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    by_word: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    stood_for: dict[str, str] = field(default_factory=dict)

    def function(self, target: str) -> str:
        """Return the function that a name stands for; empty: none of the project."""
        for _ in range(_MOST_STEPS):
            if target in self.functions:
                return target
            moved = self._moved(target)
            if not moved:
                return self._constructor(target)
            target = moved
        return ""

    def _constructor(self, target: str) -> str:
        made = (self._inherited(target, each) for each in _MADE_BY)
        return next((each for each in made if each), "")

    def _moved(self, target: str) -> str:
        """Follow a name one step: to its module's key, on to where it is from."""
        owner, _, name = target.rpartition(".")
        for base in self.bases.get(owner, ()):
            found = self._inherited(base, name)
            if found:
                return found
        parts = target.split(".")
        for length in range(len(parts) - 1, 0, -1):
            head, rest = ".".join(parts[:length]), parts[length:]
            shown = self.shown.get(f"{head}.{rest[0]}")
            if shown and not target.startswith(f"{shown}."):
                return ".".join([shown, *rest[1:]])
            key = self.keys.get(head, head)
            if key != head:
                return ".".join([key, *rest])
        return ""

    def _inherited(self, kind: str, name: str, depth: int = 0) -> str:
        if f"{kind}.{name}" in self.functions:
            return f"{kind}.{name}"
        if depth == _MOST_STEPS:
            return ""
        bases = self.bases.get(kind) or self.bases.get(self.shown.get(kind, ""), ())
        found = (self._inherited(each, name, depth + 1) for each in bases)
        return next((each for each in found if each), "")

    def kind(self, name: str) -> str:
        """Return the class that a name stands for, as it is defined; else the name."""
        for _ in range(_MOST_STEPS):
            if name in self.bases:
                return name
            moved = self._moved(name)
            if not moved:
                return name
            name = moved
        return name

    def kinds_named(self, word: str) -> list[str]:
        """Return the project's classes of that name, wherever they are."""
        return [each for each in self.bases if each.rpartition(".")[2] == word]

    def may_raise(self, name: str, kind: str) -> bool:
        """Tell whether `kind` or a class below it could leave a function.

        Where only the last word of what is called is known, every function of that
        name is reckoned with, and anything where none has it or objects hold such a
        one; handlers are not reckoned with.
        """
        waiting, seen = [name], {name}
        while waiting:
            each = waiting.pop()
            if self._is_open(each):
                return True
            raised = map(self.kind, self.functions[each].doing.raises)
            if any(self.is_caught(told, {kind}) for told in raised):
                return True
            new = set(self._perhaps_called(each)) - seen
            seen |= new
            waiting.extend(new)
        return False

    def _is_open(self, name: str) -> bool:
        """Tell whether somebody else decides what leaves a function."""
        doing = self.functions[name].doing
        raised = set(doing.raises)
        if UNKNOWN in raised or raised & self.functions.keys():
            return True
        words = {str(call[0]).rpartition(".")[2] for call in doing.calls}
        if UNKNOWN in words:
            return True
        return not words.isdisjoint(self.held)

    def _perhaps_called(self, name: str) -> Iterator[str]:
        for told in self.functions[name].doing.calls:
            target = str(told[0])
            word = target.rpartition(".")[2]
            known = "" if target.startswith("?") else self.function(target)
            if known:
                yield known
            yield from self.by_word.get(word, ())

    def is_caught(self, kind: str, caught: set[str], depth: int = 0) -> bool:
        """Tell whether a handler for one of these classes catches `kind`."""
        if kind in caught or depth == _MOST_STEPS:
            return kind in caught
        bases = map(self.kind, self.bases.get(kind, ()))
        return any(self.is_caught(each, caught, depth + 1) for each in bases)

    def calls(self, name: str) -> Iterator[tuple[str, Call]]:
        """Yield the project's functions that a function calls, with the calls."""
        for each in self.functions[name].doing.calls:
            target = str(each[0])
            known = self.stood_for.get(target)
            if known is None:
                known = self.stood_for[target] = self.function(target)
            if known:
                yield known, Call(*each)
