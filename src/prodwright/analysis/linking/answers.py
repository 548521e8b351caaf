"""What lookups find now, and whether that is what they found before."""

from __future__ import annotations

import hashlib
import marshal
from typing import Any

from prodwright.analysis.linking import lookups
from prodwright.analysis.linking.lookups import Lookup
from prodwright.analysis.linking.program import Program

_DIGEST_BYTES = 8


def told(program: Program, lookup: Lookup) -> Any:
    """Return the answer to a lookup, or what tells it from any other."""
    kind, key = lookup[0], lookup[1]
    if kind == lookups.KEY:
        return program.keys.get(key)
    if kind == lookups.MODULE:
        return program.contents.get(key)
    found: Any = (
        tuple(program.methods.get(key, ()))
        if kind == lookups.METHODS
        else _in_module(program, lookup)
    )
    if found is None:
        return None
    # Version 2 knows no references: equal values are equal bytes.
    content = marshal.dumps(found, 2)
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()


def _in_module(program: Program, lookup: Lookup) -> Any:
    kind, key, name = lookup
    if key not in program.present:
        return None
    linked = program.modules[key]
    if kind == lookups.NAME:
        exports = linked.module.exports
        listed = exports is None or name in exports
        return (linked.names.get(name), name in linked.variables, linked.stars, listed)
    if kind == lookups.CLASS:
        class_ = linked.classes.get(name)
        return class_ and (class_.bases, class_.methods, class_.fields)
    if name >= len(linked.module.functions):
        return None
    function = linked.function(name)
    return (function.name, *function[2:7], function.owner, len(function.body))


def told_again(
    program: Program, every: list[Lookup], answers: list[Any], stale: set[str]
) -> list[Any]:
    """Return the answers to all lookups; those that cannot have changed are kept.

    Args:
        program: As it is now.
        every: The lookups, in the order of their numbers.
        answers: What was told of the first of them before.
        stale: Keys of the modules that are not as they were then.
    """
    known = len(answers)
    return [
        answers[number]
        if number < known and lookup[0] not in _ELSEWHERE and lookup[1] not in stale
        else told(program, lookup)
        for number, lookup in enumerate(every)
    ]


def changed(
    program: Program, every: list[Lookup], answers: list[Any], stale: set[str]
) -> set[int]:
    """Return the numbers of the lookups that have another answer than before.

    Args:
        program: As it is now.
        every: The lookups, in the order of their numbers.
        answers: What `told` told of each.
        stale: Keys of the modules that are not as they were then.
    """
    return {
        number
        for number, (lookup, answer) in enumerate(zip(every, answers, strict=True))
        if (lookup[0] in _ELSEWHERE or lookup[1] in stale)
        and told(program, lookup) != answer
    }


def changed_modules(
    program: Program, every: list[Lookup], answers: list[Any]
) -> set[str]:
    """Return the keys of the modules of which the text is not known to be the same."""
    same = {
        lookup[1]
        for lookup, answer in zip(every, answers, strict=True)
        if lookup[0] == lookups.MODULE and program.contents.get(lookup[1]) == answer
    }
    named = {lookup[1] for lookup in every if lookup[0] not in _ELSEWHERE}
    return (named | program.present) - same


_ELSEWHERE = (lookups.KEY, lookups.METHODS)
