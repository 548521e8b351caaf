"""Which blueprint a request in words asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prodwright.blueprints._blueprint import Blueprint
from prodwright.blueprints._registry import load_blueprints

# Two telling words, or one with company: measured by the requests in
# tests/blueprints/test_match.py, found and not found.
_ENOUGH = 3
_TELLING = 2
_NEAREST = 3

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DENIES_NEXT = frozenset({"no", "without", "not", "non"})
_DENIES_COMPOUND = frozenset({"free", "less"})
_ARTICLES = frozenset({"a", "an", "any", "the"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well the blueprints fit a request.

    Attributes:
        best: The blueprint that fits; None when none does.
        nearest: Names and scores of the closest blueprints, best first.
    """

    best: Blueprint | None
    nearest: tuple[tuple[str, int], ...]


def match(request: str) -> Match:
    """Find the blueprint that a request asks for.

    Args:
        request: What the user wants, in their words.

    Returns:
        The best blueprint if its words weigh enough, and the nearest names.
    """
    text = f" {' '.join(_affirmed_words(request))} "
    scored = sorted(
        ((_score(blueprint, text), blueprint) for blueprint in load_blueprints()),
        key=lambda pair: (-pair[0], pair[1].name),
    )
    nearest = tuple((found.name, score) for score, found in scored[:_NEAREST])
    if not scored or scored[0][0] < _ENOUGH:
        return Match(best=None, nearest=nearest)
    return Match(best=scored[0][1], nearest=nearest)


def _score(blueprint: Blueprint, text: str) -> int:
    weights = [
        weight
        for term, weight in blueprint.words.items()
        if f" {_singular_phrase(term)} " in text
    ]
    if max(weights, default=0) < _TELLING:
        return 0
    return sum(weights)


def _affirmed_words(request: str) -> Iterator[str]:
    """Yield the request's words in singular, without those it says it has not."""
    denied = False
    for word in _WORD.findall(request.casefold()):
        if word in _ARTICLES:
            continue
        if word in _DENIES_NEXT:
            denied = True
            continue
        if not denied:
            yield from _parts(word)
        denied = False


def _parts(word: str) -> Iterator[str]:
    parts = word.split("-")
    if parts[0] in _DENIES_NEXT or parts[-1] in _DENIES_COMPOUND:
        return
    yield from (_singular(part) for part in parts)


def _singular_phrase(term: str) -> str:
    return " ".join(_singular(word) for word in re.split(r"[\s-]+", term))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
