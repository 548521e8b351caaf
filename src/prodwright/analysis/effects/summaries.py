"""Effects of functions, carried from those that have them to those that call them."""

from __future__ import annotations

from collections.abc import Iterable

from prodwright.analysis.effects.facts import Doing, Doings, effects_in
from prodwright.analysis.effects.spreading import spread
from prodwright.analysis.effects.table import Effects, Known
from prodwright.analysis.linking.places import import_names
from prodwright.analysis.source import Source


def effects_of(sources: Iterable[Source]) -> Effects:
    """Return the effects of the functions of these files."""
    effects = Effects()
    keys: list[tuple[str, bool]] = []
    for source in sources:
        told = Doings(*effects_in(source))  # type: ignore[arg-type]
        module = source.module_name
        keys.append((module, source.path.endswith("__init__.py")))
        for each in told.functions:
            doing = Doing(*each)  # type: ignore[arg-type]
            known = Known(source.path, doing)
            effects.functions[f"{module}.{doing.name}"] = known
            word = doing.name.rpartition(".")[2]
            effects.by_word[word].append(f"{module}.{doing.name}")
        for kind, bases in told.bases:
            effects.bases[f"{module}.{kind}"] = bases
        effects.held.update(told.held)
        for own, whole in told.shown:
            effects.shown[f"{module}.{own}"] = whole
    effects.keys = import_names(keys)
    spread(effects)
    return effects
