"""What a review knows of this installation itself, kept in the user's cache.

Results are kept under a key of our own code, the interpreter and its flags, so they
hold for all projects and are gone with either. Of the positive controls only those are
kept that caught their planted defect: what missed it, or is not known, is shown it
again.
The gates of `build`, `harden` and `prove` keep none; they run them each time.
"""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prodwright.adapters.own_code import own_fingerprint
from prodwright.adapters.shelves import Damaged, Shelf, Span
from prodwright.adapters.user_cache import cache_folder, private_folder
from prodwright.analysis.models import Models, known_packages, load, models_of, plain
from prodwright.core.errors import ProdwrightError
from prodwright.gate.controls import blind_hazards
from prodwright.kit import Hazard
from prodwright.practices import hazards_of, load_hazards, sketched

_MOST_MODELS = 30  # sets of libraries; a user has not many kinds of projects


@dataclass(slots=True)
class OwnKnowledge:
    """What earlier reviews, of whatever, found out about this installation.

    Attributes:
        shelf: Where it is kept; None: nowhere.
        caught: Names of the hazards that caught their planted defect.
        sketches: Of all hazards; empty: they were never drawn.
        kept_models: What is known of libraries, by their names: as bytes, or where they
            are on the shelf.
    """

    shelf: Shelf | None = None
    caught: set[str] = field(default_factory=set)
    sketches: tuple[Any, ...] = ()
    kept_models: dict[str, bytes | Span] = field(default_factory=dict)
    _is_stale: bool = False

    def hazards(self) -> tuple[Hazard, ...]:
        """Return every hazard, imported only where nothing is kept."""
        if self.shelf is None:
            return load_hazards()
        if not self.sketches:
            self.sketches = sketched()
            self._is_stale = True
        return hazards_of(self.sketches)

    def blind(self, hazards: tuple[Hazard, ...]) -> tuple[str, ...]:
        """Return the hazards that miss a defect planted for them."""
        untried = tuple(each for each in hazards if each.name not in self.caught)
        if not untried:
            return ()
        missed = blind_hazards(untried)
        self.caught |= {each.name for each in untried}.difference(missed)
        self._is_stale = True
        return missed

    def models(self, packages: set[str], more: tuple[tuple[str, str], ...]) -> Models:
        """Return what is known of the standard library and of `packages`.

        Args:
            packages: Top-level packages that the program imports.
            more: Model files of the user, each as its name and its text.
        """
        if self.shelf is None or more:  # a user's own are read each time
            return load(packages, more)
        name = " ".join(sorted(known_packages() & packages))
        found = self._recalled(name)
        if found is None:
            found = load(packages, more)
            self.kept_models[name] = marshal.dumps(plain(found))
            self._is_stale = True
        return found

    def _recalled(self, name: str) -> Models | None:
        place = self.kept_models.get(name)
        if self.shelf is None or not isinstance(place, tuple):
            return None
        try:
            content = self.shelf.module(place)
        except Damaged:
            return None
        finally:
            self.shelf.close()
        return models_of(marshal.loads(content))  # noqa: S302 - only the user writes it

    def keep(self) -> None:
        """Keep what was found out since it was read."""
        if self._is_stale and self.shelf is not None:
            caught = tuple(sorted(self.caught))
            newest = dict(list(self.kept_models.items())[-_MOST_MODELS:])
            self.shelf.write((caught, self.sketches), newest)
        self._is_stale = False


def own_knowledge(variables: Mapping[str, str] | None, reviewed: Path) -> OwnKnowledge:
    """Return what is known of this installation.

    Args:
        variables: Environment variables, for the user's cache folder; None: nothing is
            kept there.
        reviewed: Top of the reviewed code: what lies in it is never believed.
    """
    folder = None if variables is None else kept_folder(variables, "own", reviewed)
    if folder is None:
        return OwnKnowledge()
    shelf = Shelf(folder, own_fingerprint().hex())
    found = shelf.read()
    if found is None:
        return OwnKnowledge(shelf)
    models, (caught, sketches) = found
    return OwnKnowledge(shelf, set(caught), sketches, models)


def kept_folder(variables: Mapping[str, str], name: str, reviewed: Path) -> Path | None:
    """Return a folder of the user's cache; None where none can be used safely.

    Args:
        variables: Environment variables.
        name: Of the folder.
        reviewed: Top of the reviewed code, in which it must not lie.
    """
    try:
        folder = cache_folder(variables) / name
    except ProdwrightError:
        return None
    return folder if private_folder(folder, reviewed) else None
